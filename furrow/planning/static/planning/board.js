// The result page of a plan: days open beside the board, visits open in a dialog, changes swap the page's main part in place.
// Everything here also works as plain links and forms.
import { carry } from "./drag.js";
import { drawRoutes } from "./routes.js";

const main = document.getElementById("main");
const flashes = document.getElementById("flashes");
const board = () => document.querySelector("[data-board]");
const dialog = () => document.getElementById("visit-dialog");
const visits = () => [...document.querySelectorAll("[data-board] [data-visit]")];

// Visits of the board are one stop of the Tab key; arrows walk on from there.
function rove() {
  const all = visits();
  for (const link of all) link.tabIndex = -1;
  if (all.length) (document.querySelector("[data-board] .sel [data-visit]") || all[0]).tabIndex = 0;
}

function dress() {
  rove();
  drawRoutes((id) => openVisit(`/plans/visits/${id}/`));
  document.dispatchEvent(new Event("plan:drawn"));
}

let turn = 0;

async function load(address, focus) {
  const mine = ++turn;
  document.body.classList.add("fr-busy");
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  document.body.classList.remove("fr-busy");
  if (!answer?.ok) return window.location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== turn) return;
  main.replaceChildren(...page.getElementById("main").childNodes);
  flashes.append(...page.getElementById("flashes").childNodes);
  dress();
  const link = focus && document.querySelector(`[data-visit="${focus}"], [href="${CSS.escape(focus)}"]`);
  link?.focus({ preventScroll: true });
}

// Post a change as its form would, then show the page as it is now; its message brings the way back.
export async function act(address, data, focus) {
  if (!data.has("csrfmiddlewaretoken")) data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  dialog()?.close();
  flashes.replaceChildren();
  await fetch(address, { method: "POST", body: data, headers: { Accept: "text/html" }, redirect: "manual" });
  await load(window.location.href, focus);
}

async function openVisit(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return window.location.assign(address);
  const visit = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("visit");
  const box = dialog();
  box.querySelector("h2").textContent = visit.dataset.name;
  box.querySelector("[data-visit-body]").replaceChildren(visit);
  if (!box.open) box.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!/\/plans\/visits\/\d+\/(move|undo|pin)\/$/.test(form.action)) return;
  event.preventDefault();
  act(form.action, new FormData(form, event.submitter), form.action.match(/visits\/(\d+)/)[1]);
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (event.target === dialog()) dialog().close();
  const visit = event.target.closest("[data-visit], [data-visit-open]");
  const cell = event.target.closest("[data-board] td[data-day]");
  const day = event.target.closest("[data-part]") || (cell && !visit && cell.querySelector("[data-part]"));
  if (visit) {
    event.preventDefault();
    openVisit(visit.href);
  } else if (day) {
    event.preventDefault();
    window.history.replaceState(null, "", day.href);
    load(day.href).then(() => document.querySelector("[data-board] .sel [data-part]")?.focus({ preventScroll: true }));
  }
});

const steps = { ArrowRight: 1, ArrowLeft: -1 };

function walk(link, key) {
  const all = visits();
  if (key in steps) return all[all.indexOf(link) + steps[key]];
  const list = [...link.closest("ul").querySelectorAll("[data-visit]")];
  const next = list[list.indexOf(link) + (key === "ArrowDown" ? 2 : -2)];
  if (next) return next;
  const cell = link.closest("td");
  const row = key === "ArrowDown" ? cell.parentElement.nextElementSibling : cell.parentElement.previousElementSibling;
  return row?.children[cell.cellIndex]?.querySelector("[data-visit]");
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-board] [data-visit]");
  if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    const next = walk(link, event.key);
    if (!next) return;
    link.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  } else if (event.key.toLowerCase() === "m") {
    event.preventDefault();
    openVisit(link.href);
  } else if (event.key.toLowerCase() === "p" && "canMove" in board().dataset) {
    const data = new FormData();
    if (!link.closest("li").classList.contains("pin")) data.set("pinned", "on");
    act(board().dataset.pin.replace("/0/", `/${link.dataset.visit}/`), data, link.dataset.visit);
  }
});

carry({ board, act, open: openVisit });
dress();
