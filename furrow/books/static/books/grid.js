// Entry like a spreadsheet over the form's text: arrows, Enter, Tab, paste of a block, errors in place. [data-grid] is the form,
// #grid-setup its columns (books/views.py). One input wanders from cell to cell, so that every input method composes in a real field.
const form = document.querySelector("[data-grid]");
const setup = JSON.parse(document.getElementById("grid-setup").textContent);
const { columns } = setup;
const KEY = `furrow-book:${location.pathname}${location.search}`;
const say = (name) => form.querySelector(`[data-says=${name}]`);
const fold = (text) => text.replace(/[(（【[][^)）】\]]*[)）】\]]/g, "").normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const words = new Map(Object.entries(setup.words).map(([word, name]) => [fold(word), name]));
const same = (one, other) => one.length === other.length && one.every((text, at) => text === other[at]);
const blank = () => columns.map(() => "");
const isBlank = (cells) => cells.every((text) => text === "");

// Rows: cells are what stands in the grid, base what the server had, problems column -> {text, suggestion}.
let rows = [];
let undone = [];
let [row, column] = [0, 0];
let editing = false;
let seen = form.elements.seen.value;

// Text of spreadsheets -------------------------------------------------------------------------

function parse(text) {
  const found = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const line = found[found.length - 1];
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') line[line.length - 1] += sign === "\n" || sign === "\t" ? " " : sign;
      else if (text[at + 1] === '"') { line[line.length - 1] += '"'; at += 1; } else quoted = false;
    } else if (sign === '"' && line[line.length - 1] === "") quoted = true;
    else if (sign === "\t") line.push("");
    else if (sign === "\n") found.push([""]);
    else if (sign !== "\r") line[line.length - 1] += sign;
  }
  if (isBlank(found[found.length - 1])) found.pop();
  return found.map((line) => line.map((cell) => cell.trim()));
}

const written = (cell) => (cell.startsWith('"') ? `"${cell.replaceAll('"', '""')}"` : cell);
const asText = (lines) => [columns.map((one) => one.label), ...lines].map((line) => line.map(written).join("\t")).join("\n");

// Which of our columns each pasted one goes to; null when the first row is no header.
function headed(line) {
  const names = line.map((cell) => columns.findIndex((one) => one.name === words.get(fold(cell))));
  return new Set(names.filter((at) => at >= 0)).size >= 2 ? names : null;
}

// Drawing --------------------------------------------------------------------------------------

const table = document.createElement("table");
table.className = "bk-grid";
table.setAttribute("role", "grid");
table.setAttribute("aria-label", form.dataset.label);
table.createTHead().innerHTML = `<tr role="row"><th role="columnheader" scope="col"><span class="visually-hidden">#</span></th>${columns.map((one) => `<th role="columnheader" scope="col" class="${one.numeric ? "n" : ""}">${one.label}</th>`).join("")}</tr>`;
const body = table.createTBody();
const editor = document.createElement("input");
editor.className = "bk-editor";
editor.autocomplete = "off";
editor.spellcheck = false;
editor.maxLength = 300;
const choices = document.createElement("datalist");
choices.id = "grid-products";

function fill(cell, at, index) {
  const entry = rows[at];
  const problem = entry.problems.get(columns[index].name);
  cell.className = [columns[index].numeric ? "n" : "", problem ? "bad" : ""].join(" ").trim();
  const text = document.createElement("span");
  text.textContent = entry.cells[index];
  cell.replaceChildren(text);
  if (!problem) return;
  const why = document.createElement("small");
  why.id = `why-${at}-${index}`;
  why.textContent = problem.text;
  cell.append(why);
  if (problem.suggestion) {
    const take = document.createElement("button");
    take.type = "button";
    take.className = "btn btn-line";
    take.textContent = form.dataset.take;
    take.dataset.take = problem.suggestion;
    cell.append(take);
  }
}

function line(at) {
  const made = document.createElement("tr");
  made.setAttribute("role", "row");
  made.setAttribute("aria-rowindex", at + 2);
  const head = document.createElement("th");
  head.scope = "row";
  head.setAttribute("role", "rowheader");
  head.textContent = at + 1;
  made.append(head);
  columns.forEach((_one, index) => {
    const cell = document.createElement("td");
    cell.setAttribute("role", "gridcell");
    made.append(cell);
    fill(cell, at, index);
  });
  made.classList.toggle("new", isChanged(rows[at]));
  return made;
}

function draw() {
  table.setAttribute("aria-rowcount", rows.length + 1);
  const part = document.createDocumentFragment();
  rows.forEach((_entry, at) => part.append(line(at)));
  body.replaceChildren(part);
}

const cellAt = (at, index) => body.rows[at]?.cells[index + 1];
const isChanged = (entry) => (entry.base ? !same(entry.cells, entry.base) : !isBlank(entry.cells));

function tell() {
  const changed = rows.filter(isChanged).length;
  const wrong = rows.filter((entry) => entry.problems.size).length;
  say("changed").textContent = changed ? form.dataset.changed.replace("{n}", changed.toLocaleString()) : "";
  form.querySelector("[data-good]").hidden = !wrong || wrong === changed;
  form.querySelector("[data-next-error]").hidden = !wrong;
  form.querySelector("[data-discard]").hidden = !changed;
}

// Moving and editing ---------------------------------------------------------------------------

function grow(count) {
  while (rows.length < count && rows.length < setup.most) {
    rows.push({ cells: blank(), base: null, problems: new Map() });
    body.append(line(rows.length - 1));
  }
  table.setAttribute("aria-rowcount", rows.length + 1);
}

function put(at, index, text) {
  const entry = rows[at];
  if (entry.cells[index] === text) return;
  entry.cells[index] = text;
  if (text && columns[index].name !== "period") {
    const period = columns.findIndex((one) => one.name === "period");
    if (!entry.cells[period]) {
      entry.cells[period] = setup.period;
      if (period !== index) fill(cellAt(at, period), at, period);
    }
  }
  entry.problems.delete(columns[index].name);
}

function commit() {
  const cell = cellAt(row, column);
  if (!cell || !cell.contains(editor)) return;
  const text = editor.value.trim();
  if (text !== rows[row].cells[column]) {
    remember();
    put(row, column, text);
    keep();
  }
  editing = false;
  fill(cell, row, column);
  body.rows[row].classList.toggle("new", isChanged(rows[row]));
}

function go(at, index, edit = false) {
  commit();
  row = Math.max(0, Math.min(at, setup.most - 1));
  column = Math.max(0, Math.min(index, columns.length - 1));
  if (row >= rows.length - 1) grow(row + 2);
  const cell = cellAt(row, column);
  const { name, label, numeric } = columns[column];
  const problem = cell.querySelector("small");
  cell.querySelector("span").replaceWith(editor);
  editor.value = rows[row].cells[column];
  editor.inputMode = numeric ? "decimal" : "text";
  editor.setAttribute("aria-label", `${label}, ${row + 1}`);
  editor.setAttribute("aria-invalid", problem ? "true" : "false");
  if (problem) editor.setAttribute("aria-describedby", problem.id); else editor.removeAttribute("aria-describedby");
  if (name === "product") editor.setAttribute("list", "grid-products"); else editor.removeAttribute("list");
  choices.replaceChildren();
  editor.focus();
  if (edit) { editing = true; editor.setSelectionRange(editor.value.length, editor.value.length); } else editor.select();
}

function remember() {
  undone.push(rows.map((entry) => ({ ...entry, cells: [...entry.cells], problems: new Map(entry.problems) })));
  undone = undone.slice(-30);
}

function back() {
  if (!undone.length) return;
  rows = undone.pop();
  editor.remove();
  draw();
  tell();
  store();
  go(Math.min(row, rows.length - 1), column);
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-12, 0], PageDown: [12, 0] };

editor.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // the input method's own keys
  const listed = editing && choices.childElementCount && event.key.startsWith("Arrow");
  if (event.key === "Enter") { go(row + (event.shiftKey ? -1 : 1), column); event.preventDefault(); } else if (event.key === "Tab") {
    const next = row * columns.length + column + (event.shiftKey ? -1 : 1);
    if (next < 0) return;
    go(Math.floor(next / columns.length), next % columns.length);
    event.preventDefault();
  } else if (event.key === "Escape") {
    if (editing) { editor.value = rows[row].cells[column]; editor.select(); editing = false; } else form.querySelector("[data-save]").focus();
    event.preventDefault();
  } else if (event.key === "F2") { editing = true; editor.setSelectionRange(editor.value.length, editor.value.length); } else if (event.key === "Delete" && !editing) { editor.value = ""; editing = true; } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !editing) { back(); event.preventDefault(); } else if (event.key === "Home" && !editing) { go(event.ctrlKey ? 0 : row, 0); event.preventDefault(); } else if (event.key === "End" && !editing) { go(event.ctrlKey ? rows.length - 1 : row, columns.length - 1); event.preventDefault(); } else if (MOVES[event.key] && !listed && !event.ctrlKey && !(editing && ["ArrowLeft", "ArrowRight"].includes(event.key))) {
    const [down, aside] = MOVES[event.key];
    go(row + down, column + aside);
    event.preventDefault();
  }
});

editor.addEventListener("compositionstart", () => { editing = true; });
editor.addEventListener("input", (event) => {
  editing = true;
  if (!event.isComposing) suggest();
});
editor.addEventListener("compositionend", () => suggest());
editor.addEventListener("dblclick", () => { editing = true; });
editor.addEventListener("blur", () => { if (editor.isConnected) { const text = editor.value.trim(); if (text !== rows[row].cells[column]) { remember(); put(row, column, text); keep(); } } });

body.addEventListener("mousedown", (event) => {
  const take = event.target.closest("[data-take]");
  const cell = event.target.closest("td");
  if (!cell || event.target === editor) return;
  event.preventDefault();
  const at = cell.parentElement.sectionRowIndex;
  if (take) {
    commit();
    remember();
    put(at, cell.cellIndex - 1, take.dataset.take);
    fill(cell, at, cell.cellIndex - 1);
    keep();
  }
  go(at, cell.cellIndex - 1);
});

let waiting = 0;
function suggest() {
  if (columns[column].name !== "product") return;
  clearTimeout(waiting);
  const text = editor.value.trim();
  if (!text) return;
  waiting = setTimeout(async () => {
    const answer = await fetch(`${setup.find}?q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" } });
    if (!answer.ok || editor.value.trim() !== text) return;
    const { found } = await answer.json();
    choices.replaceChildren(...found.map((one) => Object.assign(document.createElement("option"), { value: one.title, label: one.code })));
  }, 200);
}

// Pasting --------------------------------------------------------------------------------------

editor.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replaceAll("\r\n", "\n");
  if (!/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const lines = parse(text);
  const heads = headed(lines[0] || []);
  if (heads) lines.shift();
  if (row + lines.length > setup.most) { say("message").textContent = form.dataset.most; return; }
  editing = false;
  editor.value = rows[row].cells[column];
  remember();
  editor.remove();
  const start = heads ? 0 : column;
  while (rows.length < row + lines.length + 1) rows.push({ cells: blank(), base: null, problems: new Map() });
  lines.forEach((cells, down) => {
    const entry = rows[row + down];
    cells.forEach((cell, aside) => {
      const index = heads ? heads[aside] : start + aside;
      if (index < 0 || index >= columns.length) return;
      entry.cells[index] = cell.slice(0, 300);
      entry.problems.delete(columns[index].name);
    });
    const period = columns.findIndex((one) => one.name === "period");
    if (!isBlank(entry.cells) && !entry.cells[period]) entry.cells[period] = setup.period;
  });
  draw();
  keep();
  go(row, column);
  send("check");
});

// Keeping what is not saved over a reload ----------------------------------------------------

let storing = 0;
function keep() {
  tell();
  clearTimeout(storing);
  storing = setTimeout(store, 150);
}

function store() {
  const changed = rows.filter(isChanged).map(({ cells, base }) => ({ cells, base }));
  try {
    if (changed.length) sessionStorage.setItem(KEY, JSON.stringify({ changed, seen }));
    else sessionStorage.removeItem(KEY);
  } catch { /* a full or forbidden storage must not stop the entry */ }
}

function recall() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEY)); } catch { /* as above */ }
  if (!kept) return;
  seen = kept.seen;
  for (const { cells, base } of kept.changed) {
    if (cells.length !== columns.length) continue;
    const known = base && rows.find((entry) => entry.base && same(entry.base, base));
    if (known) known.cells = cells;
    else rows.push({ cells, base: null, problems: new Map() });
  }
  say("message").textContent = form.dataset.restored;
}

// Saving ---------------------------------------------------------------------------------------

async function send(what) {
  commit();
  const sent = rows.map((entry, at) => at).filter((at) => isChanged(rows[at]) && !isBlank(rows[at].cells));
  if (!sent.length) { say("message").textContent = form.dataset.nothing; return; }
  form.setAttribute("aria-busy", "true");
  const data = new FormData();
  data.set("rows", asText(sent.map((at) => rows[at].cells)));
  data.set("do", what);
  data.set("seen", seen);
  let told;
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } });
    told = await answer.json();
    if (!answer.ok) { say("message").textContent = told.message; return; }
  } catch {
    say("message").textContent = form.dataset.failed;
    return;
  } finally { form.removeAttribute("aria-busy"); }
  if (told.next) {
    rows.forEach((entry) => { entry.base = [...entry.cells]; });
    clearTimeout(storing);
    sessionStorage.removeItem(KEY);
    location.assign(told.next);
    return;
  }
  mark(sent, told, what);
}

function mark(sent, told, what) {
  for (const at of sent) rows[at].problems = new Map();
  for (const { row: number, column: name, text, suggestion } of told.problems) {
    const shown = columns.some((one) => one.name === name) ? name : "product";
    rows[sent[number - 1]].problems.set(shown, { text, suggestion });
  }
  if (what === "good" && told.saved) {
    seen = told.seen;
    for (const at of sent) if (!rows[at].problems.size) rows[at].base = [...rows[at].cells];
  }
  editor.remove();
  draw();
  keep();
  say("message").textContent = told.message || (what === "check" ? form.dataset.sound : "");
  if (told.problems.length && what !== "check") nextError(-1); else go(row, column);
}

function nextError(from = row) {
  const wrong = rows.map((entry, at) => at).filter((at) => rows[at].problems.size);
  if (!wrong.length) return;
  const at = wrong.find((one) => one > from) ?? wrong[0];
  go(at, columns.findIndex((one) => rows[at].problems.has(one.name)));
  cellAt(at, column).scrollIntoView({ block: "center", inline: "nearest" });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter?.value === "good" ? "good" : "save");
});
form.querySelector("[data-next-error]").addEventListener("click", () => nextError());
form.querySelector("[data-discard]").addEventListener("click", () => {
  clearTimeout(storing);
  sessionStorage.removeItem(KEY);
  location.reload();
});

// Beginning ------------------------------------------------------------------------------------

const given = parse(form.elements.rows.value).slice(1);
rows = given.map((cells) => {
  const full = columns.map((_one, index) => cells[index] ?? "");
  return { cells: full, base: [...full], problems: new Map() };
});
recall();
while (rows.length < given.length + setup.spare) rows.push({ cells: blank(), base: null, problems: new Map() });
form.querySelector("[data-plain]").hidden = true;
form.querySelector("[data-place]").append(table, choices);
draw();
tell();
form.dataset.ready = "true";
