// Small helps. Every page works without them.
document.addEventListener("submit", (event) => {
  // One click is enough; the server would take a second for the first (form_token).
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }), 0);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[type=submit][disabled]").forEach((button) => { button.disabled = false; });
});
document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  document.querySelectorAll(".bo-account[open], .bo-more[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
