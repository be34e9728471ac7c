// Shows of a question only what belongs to its type. Without it everything is shown; what does not belong is left out.
(() => {
  const type = document.querySelector("select[name=type]");
  if (!type) return;
  const follow = () => {
    for (const group of document.querySelectorAll("[data-types]")) {
      group.hidden = !group.dataset.types.split(" ").includes(type.value);
    }
  };
  type.addEventListener("change", follow);
  follow();
})();
