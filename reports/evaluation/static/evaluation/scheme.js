// Shows only what a way of giving points needs, and adds the weights up. Without it every field is shown.
document.querySelectorAll("[data-indicator]").forEach((row) => {
  const way = row.querySelector("select[name$='-way']");
  const follow = () => row.querySelectorAll("[data-for]").forEach((one) => { one.hidden = !one.dataset.for.split(" ").includes(way.value); });
  way.addEventListener("change", follow);
  follow();
});
document.querySelectorAll("[data-weights]").forEach((group) => {
  const shown = group.querySelector("[data-sum]");
  const total = () => {
    const sum = [...group.querySelectorAll("input")].reduce((all, one) => all + (Number(one.value.trim().replace(",", ".")) || 0), 0);
    shown.hidden = false;
    shown.querySelector("strong").textContent = String(Math.round(sum * 100) / 100);
  };
  group.addEventListener("input", total);
  total();
});
