// Narrows the other programs and offices while one types. The page works without this.
const field = document.getElementById("ci-saring");
if (field) {
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of document.querySelectorAll("details .ci-desks")) {
      let shown = 0;
      for (const label of group.querySelectorAll("label")) {
        const text = (label.textContent + group.getAttribute("aria-label")).toLowerCase();
        label.hidden = !words.every((word) => text.includes(word)) && !label.querySelector("input").checked;
        shown += !label.hidden;
      }
      group.hidden = !shown;
    }
  });
  // Enter in the search sends no half-chosen referral.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
