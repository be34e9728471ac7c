// Shows and hides questions as their conditions say. Without it every question is shown; the server decides what counts.
(() => {
  const root = document.querySelector("[data-conditions]");
  if (!root) return;
  const known = JSON.parse(root.dataset.known || "{}");
  const pointed = (document.documentElement.lang || "id").startsWith("en") ? /,/g : /\./g;

  const number = (value) => {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (value === null || value === undefined || value === "" || typeof value === "object") return null;
    if (typeof value === "number") return value;
    const found = Number(value);
    return Number.isFinite(found) ? found : null;
  };
  // What people typed in their own spelling: 1.234,5 here, 1,234.5 in English.
  const typed = (text) => {
    const plain = text.trim().replace(pointed, "").replace(",", ".");
    return plain !== "" && Number.isFinite(Number(plain)) ? plain : text.trim();
  };

  const inputs = () => [...root.querySelectorAll("input[name], select[name], textarea[name]")].filter((one) => one.type !== "hidden");
  const answers = () => {
    const found = { ...known };
    for (const one of inputs()) {
      const [key, row, column] = one.name.split("--");
      if (one.closest("[data-condition][hidden]")) continue; // what is not asked counts for nothing
      if (one.type === "radio") {
        if (one.checked) found[key] = one.value; else if (!(key in found)) found[key] = null;
      } else if (one.type === "checkbox" && one.dataset.one === undefined) {
        const list = Array.isArray(found[key]) ? found[key] : (found[key] = []);
        if (one.checked) list.push(one.value);
      } else if (one.type === "file") {
        found[key] = one.files.length || one.closest("[data-kept]") ? "1" : null;
      } else {
        const value = one.value.trim() === "" ? null : one.inputMode ? typed(one.value) : one.value.trim();
        if (column) ((found[key] ||= {})[row] ||= {})[column] = value;
        else if (value !== null || !(key in found)) found[key] = value;
      }
    }
    return found;
  };

  const empty = (value) => value === null || value === undefined || value === "";
  const spelt = (value) => (typeof value === "boolean" ? String(value) : value);
  const compare = (sign, left, right) => {
    if (empty(left) || empty(right)) {
      const both = empty(left) && empty(right);
      if (sign === "=") return both;
      return sign === "!=" ? !both && (left === "" || right === "") : false;
    }
    [left, right] = [spelt(left), spelt(right)];
    let one = number(left), other = number(right);
    if (one === null || other === null) [one, other] = [String(left), String(right)];
    switch (sign) {
      case "=": return one === other;
      case "!=": return one !== other;
      case "<": return one < other;
      case "<=": return one <= other;
      case ">": return one > other;
      default: return one >= other;
    }
  };
  const arithmetic = (sign, left, right) => {
    [left, right] = [number(left), number(right)];
    if (left === null || right === null) return null;
    if (sign === "div" || sign === "mod") return right === 0 ? null : sign === "div" ? left / right : left % right;
    return sign === "+" ? left + right : sign === "-" ? left - right : left * right;
  };
  const evaluate = ([kind, value, ...parts], all) => {
    const of = (part) => evaluate(part, all);
    switch (kind) {
      case "number": case "text": case "truth": return value;
      case "self": return null;
      case "name": {
        const [table, column] = value.split(".");
        if (!column) return all[table] ?? null;
        return all[table] && typeof all[table] === "object" ? Object.values(all[table]).map((row) => row[column]) : null;
      }
      case "or": return parts.some((part) => truth(of(part)));
      case "and": return parts.every((part) => truth(of(part)));
      case "compare": return compare(value, ...parts.map(of));
      case "arithmetic": return arithmetic(value, ...parts.map(of));
      default: return call(value, parts, of);
    }
  };
  const truth = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
  const call = (name, parts, of) => {
    if (name === "if") return of(truth(of(parts[0])) ? parts[1] : parts[2]);
    const values = parts.map(of), flat = values.flat();
    const numbers = flat.map(number).filter((one) => one !== null);
    switch (name) {
      case "selected": return (Array.isArray(values[0]) ? values[0] : String(values[0] ?? "").split(/\s+/)).map(String).includes(String(values[1]));
      case "not": return !truth(values[0]);
      case "coalesce": return values.find((one) => !empty(one)) ?? null;
      case "count": return flat.filter((one) => !empty(one)).length;
      case "round": { const shift = 10 ** (number(values[1]) || 0), one = number(values[0]); return one === null ? null : Math.round(one * shift) / shift; }
      case "int": { const one = number(values[0]); return one === null ? null : Math.floor(one); }
      case "number": return number(values[0]);
      case "sum": return numbers.reduce((total, one) => total + one, 0);
      case "min": return numbers.length ? Math.min(...numbers) : null;
      case "max": return numbers.length ? Math.max(...numbers) : null;
      default: return null;
    }
  };

  const blocks = [...root.querySelectorAll("[data-condition]")].map((block) => [block, JSON.parse(block.dataset.condition)]);
  const follow = () => {
    // One question may hide another that hides a third: again until nothing moves.
    for (let round = 0; round <= blocks.length; round += 1) {
      const all = answers();
      let moved = false;
      for (const [block, tree] of blocks) {
        const hide = !truth(evaluate(tree, all));
        if (block.hidden !== hide) { block.hidden = hide; moved = true; }
      }
      if (!moved) break;
    }
  };
  root.addEventListener("input", follow);
  root.addEventListener("change", follow);
  follow();
})();
