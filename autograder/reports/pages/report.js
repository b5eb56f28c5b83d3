"use strict";
// Sorting and filtering of the tables of students; without it they are by name, and whole.
const collator = new Intl.Collator(undefined, {numeric: true, sensitivity: "base"});
const number = (text) => Number.parseFloat(text.replace("–", "-1"));

for (const table of document.querySelectorAll("table.students")) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({row, text: row.textContent.toLowerCase(), state: row.dataset.state}));
  const heads = [...table.tHead.rows[0].cells];

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const numeric = head.classList.contains("number");
      for (const each of rows) {
        const text = each.row.cells[column].textContent.trim();
        each.key = numeric ? number(text) : text;
      }
      const compare = numeric ? (a, b) => a.key - b.key : (a, b) => collator.compare(a.key, b.key);
      rows.sort((a, b) => sign * compare(a, b));
      body.append(...rows.map((each) => each.row));
    });
  });

  const tools = table.closest("section").querySelector(".tools");
  const [search, choice, shown] = tools.querySelectorAll("input, select, output");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const {row, text, state} of rows) {
      const fits = (!choice.value || state === choice.value) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      count += fits;
    }
    shown.value = `${count.toLocaleString("en")} shown`;
  };
  search.addEventListener("input", filter);
  choice.addEventListener("input", filter);
  tools.hidden = false;
}
