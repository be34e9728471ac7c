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

// Conditions in rows: spare ones wait behind a button, and each value offers the answers that its question has.
(() => {
  const rows = document.querySelector("[data-rows]");
  if (!rows) return;
  const spare = [...rows.querySelectorAll("[data-spare]")];
  if (spare.length && !rows.querySelector(".m-row:not([data-spare])")) spare.shift();
  const more = rows.querySelector("[data-add-row]");
  for (const row of spare) row.hidden = true;
  more.hidden = spare.length === 0;
  more.addEventListener("click", () => {
    const row = spare.shift();
    row.hidden = false;
    row.querySelector("select").focus();
    more.hidden = spare.length === 0;
  });
  const follow = (row) => {
    const [question, sign] = row.querySelectorAll("select");
    const value = row.querySelector("input");
    value.setAttribute("list", `answers-${question.value}`);
    value.closest(".bo-field").hidden = ["answered", "empty"].includes(sign.value);
  };
  for (const row of rows.querySelectorAll(".m-row")) {
    row.addEventListener("change", () => follow(row));
    follow(row);
  }
})();
