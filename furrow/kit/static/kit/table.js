// Tick boxes of a list and the bar at its foot. Inside an element with data-ticks:
//   input[data-tick] in each row, input[data-tick-all] in the head,
//   .fr-bulk[hidden] with [data-tick-count data-one="1 selected" data-many="{n} selected"] and button[data-tick-none].
// Shift takes a range; j and k walk the rows, x ticks, Enter opens (the row's link has the focus).
const rowOf = (box) => box.closest("tr, li");
let last = null;

function show(list) {
  const boxes = [...list.querySelectorAll("input[data-tick]")];
  const ticked = boxes.filter((box) => box.checked);
  for (const box of boxes) {
    if (box.checked) rowOf(box).setAttribute("aria-selected", "true");
    else rowOf(box).removeAttribute("aria-selected");
  }
  const all = list.querySelector("input[data-tick-all]");
  if (all) {
    all.checked = ticked.length > 0 && ticked.length === boxes.length;
    all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
  }
  const bar = list.querySelector(".fr-bulk");
  if (!bar) return;
  bar.hidden = ticked.length === 0;
  const count = bar.querySelector("[data-tick-count]");
  if (count) count.textContent = (ticked.length === 1 ? count.dataset.one : count.dataset.many).replace("{n}", ticked.length);
}

document.addEventListener("click", (event) => {
  const list = event.target.closest("[data-ticks]");
  if (!list) return;
  const boxes = [...list.querySelectorAll("input[data-tick]")];
  if (event.target.matches("input[data-tick]")) {
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    last = event.target;
  } else if (event.target.matches("input[data-tick-all]")) {
    for (const box of boxes) box.checked = event.target.checked;
  } else if (event.target.closest("[data-tick-none]")) {
    for (const box of boxes) box.checked = false;
  } else {
    return;
  }
  show(list);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  const list = document.querySelector("[data-ticks]");
  if (!list || !"jkx".includes(event.key)) return;
  const rows = [...list.querySelectorAll("tbody tr, li:has([data-tick])")].filter((row) => row.querySelector("a"));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (event.key === "x") {
    rows[at]?.querySelector("input[data-tick]")?.click();
  } else {
    rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))]?.querySelector("a").focus();
  }
});

for (const list of document.querySelectorAll("[data-ticks]")) show(list);
document.addEventListener("htmx:after:settle", () => document.querySelectorAll("[data-ticks]").forEach(show));
