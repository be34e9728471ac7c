// Ctrl + Enter registers from any field. The page works without this.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form.ci-form");
  if (form) { event.preventDefault(); form.requestSubmit(); }
});
