// The region picker: the next select appears at once, and a search finds a region by words. The form works without it.
(() => {
  "use strict";
  const LENGTHS = [2, 5, 8, 13];

  function start(picker) {
    if (picker.dataset.started) return;
    picker.dataset.started = "yes";
    const selects = picker.querySelector("[data-region-selects]");
    const box = picker.querySelector("[data-region-search]");
    const input = box.querySelector("input");
    const list = box.querySelector("ul");
    const id = input.id.replace(/_search$/, "");
    let timer, controller, results = [], active = -1;

    async function show(code, focus) {
      const query = new URLSearchParams({ code, id, name: picker.dataset.name, levels: picker.dataset.levels, bounds: picker.dataset.bounds });
      const response = await fetch(`${picker.dataset.url}?${query}`, { credentials: "same-origin" });
      if (!response.ok) return;
      selects.innerHTML = await response.text();
      if (focus) selects.querySelector(`#${CSS.escape(focus)}`)?.focus();
      picker.dispatchEvent(new CustomEvent("region:change", { bubbles: true, detail: { code } }));
    }

    selects.addEventListener("change", (event) => {
      const select = event.target;
      if (!(select instanceof HTMLSelectElement)) return;
      const level = Number(select.name.slice(select.name.lastIndexOf("_") + 1));
      let code = select.value;
      if (!code) {
        const above = selects.querySelector(`select[name="${CSS.escape(`${picker.dataset.name}_${level - 1}`)}"]`);
        code = above ? above.value : "";
      }
      const next = level < Number(picker.dataset.deepest) && select.value ? `${id}_${level + 1}` : select.id;
      show(code, next);
    });

    function close() { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); active = -1; }

    function mark(index) {
      active = index;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
      const item = list.children[index];
      if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    }

    function choose(index) {
      const region = results[index];
      if (!region) return;
      input.value = region.full_name;
      close();
      const level = LENGTHS.indexOf(region.code.length) + 1;
      show(region.code, level < Number(picker.dataset.deepest) ? `${id}_${level + 1}` : "");
    }

    async function search() {
      const text = input.value.trim();
      controller?.abort();
      if (text.length < 2) { close(); return; }
      controller = new AbortController();
      try {
        const query = new URLSearchParams({ q: text, format: "json", bounds: picker.dataset.bounds });
        const response = await fetch(`${picker.dataset.search}?${query}`, { signal: controller.signal, credentials: "same-origin" });
        const deepest = Number(picker.dataset.deepest);
        results = (await response.json()).results.filter((region) => LENGTHS.indexOf(region.code.length) + 1 <= deepest);
      } catch (error) {
        if (error.name !== "AbortError") close();
        return;
      }
      list.replaceChildren(...results.map((region, index) => {
        const item = document.createElement("li");
        item.id = `${id}_result_${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = region.name;
        const rest = document.createElement("small");
        rest.textContent = `${region.kind} · ${region.full_name}`;
        item.append(rest);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(index); });
        return item;
      }));
      if (!results.length) {
        const none = document.createElement("li");
        none.textContent = input.dataset.none;
        list.append(none);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      active = -1;
    }

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 180); });
    input.addEventListener("blur", () => setTimeout(close, 150));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && results.length) { event.preventDefault(); mark((active + 1) % results.length); }
      else if (event.key === "ArrowUp" && results.length) { event.preventDefault(); mark((active - 1 + results.length) % results.length); }
      else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); choose(Math.max(active, 0)); }
      else if (event.key === "Escape") close();
    });
    box.hidden = false;
  }

  const all = (root) => root.querySelectorAll("[data-region-picker]").forEach(start);
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:load", (event) => all(event.target));
  if (document.readyState !== "loading") all(document);
})();
