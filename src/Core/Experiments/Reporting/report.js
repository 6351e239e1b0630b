"use strict";
(() => {
  const root = document.documentElement;
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Theme: as the system says, until the reader says otherwise.
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const theme = make("button", { type: "button", className: "theme" });
  const label = () => { theme.textContent = dark() ? "Light theme" : "Dark theme"; };
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); });
  label();
  document.querySelector("header").prepend(theme);

  // Everything is open on paper.
  let closed = [];
  addEventListener("beforeprint", () => { closed = [...document.querySelectorAll("details:not([open])")]; closed.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));

  // Sorting by any column, by keyboard too.
  const value = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const compare = (a, b) => {
    const [x, y] = [a, b].map((t) => parseFloat(t.replace(/[\u2009<]/g, "").replace("\u2212", "-")));
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, "en") : x - y;
  };
  document.querySelectorAll("table.sortable").forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        [...table.tHead.rows[0].cells].forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", direction);
        const sign = direction === "ascending" ? 1 : -1;
        const body = table.tBodies[0];
        body.append(...[...body.rows].sort((a, b) => sign * compare(value(a, column), value(b, column))));
      });
    });
  });

  // Filters of the claims; their state is in the address, so that a view can be sent on.
  const table = document.getElementById("claim-table");
  const rows = [...table.tBodies[0].rows];
  const choice = (name, values) => {
    const select = make("select", { name }, make("option", { value: "", textContent: "all" }), ...[...new Set(values)].sort().map((v) => make("option", { value: v, textContent: v })));
    return [make("label", { textContent: name + " " }, select), select];
  };
  const [paperLabel, paper] = choice("Paper", rows.map((r) => r.dataset.paper));
  const [verdictLabel, verdict] = choice("Verdict", rows.map((r) => r.dataset.verdict));
  const text = make("input", { type: "search", name: "Text" });
  const count = make("output", {});
  count.setAttribute("aria-live", "polite");
  const filters = make("form", { className: "filters" }, paperLabel, verdictLabel, make("label", { textContent: "Text " }, text), count);
  filters.setAttribute("role", "search");
  filters.addEventListener("submit", (e) => e.preventDefault());
  document.getElementById("claim-filter").append(filters);
  const apply = () => {
    const words = text.value.toLowerCase();
    let shown = 0;
    rows.forEach((row) => {
      row.hidden = (paper.value !== "" && row.dataset.paper !== paper.value)
        || (verdict.value !== "" && row.dataset.verdict !== verdict.value)
        || !row.textContent.toLowerCase().includes(words);
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = shown + " of " + rows.length + " claims";
  };
  const read = () => {
    const state = new URLSearchParams(location.hash.startsWith("#filter?") ? location.hash.slice(8) : "");
    paper.value = state.get("paper") ?? "";
    verdict.value = state.get("verdict") ?? "";
    text.value = state.get("text") ?? "";
    apply();
  };
  filters.addEventListener("input", () => {
    apply();
    const state = new URLSearchParams(Object.entries({ paper: paper.value, verdict: verdict.value, text: text.value }).filter(([, v]) => v !== ""));
    history.replaceState(null, "", state.size > 0 ? "#filter?" + state : location.pathname + location.search);
  });
  addEventListener("hashchange", () => { if (location.hash.startsWith("#filter?")) { read(); } });
  read();
})();
