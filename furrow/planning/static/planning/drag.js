// Carry a visit to another day of its row: the price is asked for once when the visit is lifted and shown over each day; letting go moves it.
// A mouse lifts after 6 pixels, a finger after 400 ms.
const FAR = 6;
const LONG = 400;
const EDGE = 48;

let held = null;

function label(price, words) {
  const box = held.label;
  box.replaceChildren();
  const line = document.createElement("b");
  (price?.facts || []).forEach((fact, at) => {
    if (at) line.append(Object.assign(document.createElement("span"), { className: "fr-dot", textContent: " " }));
    line.append(fact);
  });
  if (!price) line.textContent = words;
  box.append(line);
  for (const reason of price?.reasons || []) box.append(Object.assign(document.createElement("span"), { textContent: reason }));
}

function show() {
  const { cell, item, prices, words } = held;
  for (const old of document.querySelectorAll(".fr-board .over")) old.classList.remove("over");
  if (!cell) return label(null, held.name);
  if (cell.parentElement !== held.row) return label(null, words.other);
  if (cell === item.closest("td")) return label(null, words.here);
  const price = prices?.[cell.dataset.day];
  if (!price) return label(null, words.wait);
  if (price.possible) cell.classList.add("over");
  label(price);
}

function follow(x, y) {
  held.ghost.style.transform = `translate(${Math.min(x + 12, window.innerWidth - 300)}px, ${Math.min(y + 14, window.innerHeight - 90)}px)`;
  held.ghost.hidden = true;
  held.cell = document.elementFromPoint(x, y)?.closest("td[data-day]") || null;
  held.ghost.hidden = false;
  if (y < EDGE) window.scrollBy(0, -16);
  else if (y > window.innerHeight - EDGE) window.scrollBy(0, 16);
  show();
}

function lift(x, y) {
  const { link, item, table } = held;
  held.lifted = true;
  held.words = table.dataset;
  held.row = item.closest("tr");
  held.name = link.textContent.trim();
  held.ghost = Object.assign(document.createElement("div"), { className: "fr-carry" });
  held.label = document.createElement("div");
  held.ghost.append(item.cloneNode(true), held.label);
  held.ghost.setAttribute("role", "status");
  document.body.append(held.ghost);
  item.classList.add("away");
  held.row.classList.add("open");
  const mine = held;
  mine.asked = fetch(table.dataset.price.replace("/0/", `/${link.dataset.visit}/`), { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { days: {} }))
    .catch(() => ({ days: {} }))
    .then(({ days }) => {
      mine.prices = days;
      if (held === mine) show();
      return days;
    });
  follow(x, y);
}

function put() {
  if (!held) return null;
  const last = held;
  clearTimeout(last.timer);
  last.ghost?.remove();
  last.item.classList.remove("away");
  last.row?.classList.remove("open");
  for (const old of document.querySelectorAll(".fr-board .over")) old.classList.remove("over");
  held = null;
  return last;
}

export function carry({ board, act, open }) {
  document.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("[data-board] [data-visit]");
    if (!link || event.button || !("canMove" in board().dataset)) return;
    const { clientX, clientY } = event;
    held = { link, item: link.closest("li"), table: board(), x: clientX, y: clientY, touch: event.pointerType === "touch" };
    if (held.touch) held.timer = setTimeout(() => lift(clientX, clientY), LONG);
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > FAR;
    if (held.lifted) follow(event.clientX, event.clientY);
    else if (far && held.touch) put();
    else if (far) lift(event.clientX, event.clientY);
  });
  document.addEventListener("touchmove", (event) => { if (held?.lifted) event.preventDefault(); }, { passive: false });
  document.addEventListener("contextmenu", (event) => { if (held?.touch) event.preventDefault(); });
  document.addEventListener("pointercancel", put);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") put(); });
  document.addEventListener("selectstart", (event) => { if (held) event.preventDefault(); });
  document.addEventListener("pointerup", async () => {
    const last = put();
    if (!last?.lifted) return;
    const swallow = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
    window.addEventListener("click", swallow, true);
    setTimeout(() => window.removeEventListener("click", swallow, true), 50);
    const { cell, link, table } = last;
    if (!cell || cell.parentElement !== last.row || cell === last.item.closest("td")) return;
    const seen = last.prices;
    const price = (await last.asked)[cell.dataset.day];
    if (!price?.possible || (!seen && !price.fits)) return open(link.href);
    const data = new FormData();
    data.set("to", cell.dataset.day);
    data.set("version", table.dataset.version);
    data.set("anyway", "on");
    act(table.dataset.move.replace("/0/", `/${link.dataset.visit}/`), data, link.dataset.visit);
  });
}
