// Ctrl + Enter registers from any field. The page works without this.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form.ci-form");
  if (form) { event.preventDefault(); form.requestSubmit(); }
});
// A suggested program goes into the form without losing what is typed already.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-program]");
  const program = document.getElementById("id_program");
  if (!link || !program) return;
  event.preventDefault();
  program.value = link.dataset.program;
  const need = document.querySelector('input[name="kind"][value="need"]');
  if (need) { need.checked = true; need.dispatchEvent(new Event("change", { bubbles: true })); }
  document.getElementById("id_description").focus();
});
// Ready for the keyboard: the first question has the focus (an error before it), and what stands above stays in sight.
const wrong = document.querySelector(".ci-form .bo-field--error input, .ci-form .bo-field--error select, .ci-form .bo-field--error textarea");
const first = wrong || document.querySelector('.ci-form input[name="kind"]');
if (first) first.focus({ preventScroll: !wrong });
