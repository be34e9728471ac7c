// A field of codes becomes names: what is chosen stands as a row of buttons, more is found by words. The field itself stays
// in the form and keeps the codes, so that saving works the same without this script.
(() => {
  "use strict";
  const names = new Map();
  let programs;

  async function json(url) {
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    return response.ok ? (await response.json()).results : [];
  }

  async function find(input, text) {
    if (input.dataset.codes === "program") {
      programs ??= json(input.dataset.url);
      const words = text.toLowerCase().split(/\s+/);
      return (await programs).filter((row) => words.every((word) => `${row.full_name} ${row.code}`.toLowerCase().includes(word))).slice(0, 12);
    }
    const query = new URLSearchParams({ q: text, format: "json" });
    if (input.dataset.bounds) query.set("bounds", input.dataset.bounds);
    return json(`${input.dataset.url}?${query}`);
  }

  async function nameOf(input, code) {
    const key = `${input.dataset.codes}:${code}`;
    if (!names.has(key)) {
      const rows = await find(input, code);
      names.set(key, rows.find((row) => row.code === code)?.full_name ?? code);
    }
    return names.get(key);
  }

  function start(input) {
    if (input.dataset.started) return;
    input.dataset.started = "yes";
    const box = document.createElement("div");
    box.className = "codes";
    const chosen = document.createElement("ul");
    chosen.className = "codes-chosen";
    const search = document.createElement("input");
    search.type = "search";
    search.autocomplete = "off";
    search.placeholder = input.dataset.find;
    search.setAttribute("aria-label", input.dataset.find);
    search.className = "codes-search";
    const list = document.createElement("ul");
    list.className = "codes-found";
    list.hidden = true;
    box.append(chosen, search, list);
    input.after(box);
    input.hidden = true;

    const codes = () => input.value.split(",").map((code) => code.trim()).filter(Boolean);
    function keep(next) {
      input.value = [...new Set(next)].join(", ");
      input.dispatchEvent(new Event("change", { bubbles: true }));
      show();
    }
    function show() {
      chosen.replaceChildren(...codes().map((code) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = code;
        button.addEventListener("click", () => { keep(codes().filter((each) => each !== code)); search.focus(); });
        nameOf(input, code).then((name) => {
          button.textContent = `${name} ×`;
          button.setAttribute("aria-label", `${input.dataset.takeAway}: ${name}`);
        });
        item.append(button);
        return item;
      }));
    }
    function close() { list.hidden = true; }
    let timer, turn = 0;
    async function look() {
      const text = search.value.trim();
      const mine = ++turn;
      if (text.length < 2) { close(); return; }
      const rows = await find(input, text);
      if (mine !== turn) return;
      list.replaceChildren(...rows.map((row) => {
        names.set(`${input.dataset.codes}:${row.code}`, row.full_name);
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = row.full_name;
        const small = document.createElement("small");
        small.textContent = row.code;
        button.append(small);
        button.addEventListener("click", () => { search.value = ""; close(); keep([...codes(), row.code]); search.focus(); });
        item.append(button);
        return item;
      }));
      if (!rows.length) {
        const none = document.createElement("li");
        none.textContent = input.dataset.none;
        list.append(none);
      }
      list.hidden = false;
    }
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 200); });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); list.querySelector("button")?.click(); }
      else if (event.key === "ArrowDown" && !list.hidden) { event.preventDefault(); list.querySelector("button")?.focus(); }
      else if (event.key === "Escape") close();
    });
    box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) close(); });
    show();
  }

  const all = (root) => root.querySelectorAll?.("input[data-codes]").forEach(start);
  function begin() {
    all(document);
    // Blocks are put in while the page is open. Their values are set before this is called.
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
      if (node.matches?.("input[data-codes]")) start(node); else all(node);
    }))).observe(document.body, { childList: true, subtree: true });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
