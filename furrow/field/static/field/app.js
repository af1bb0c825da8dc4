// The app: which page the address means, its head and foot, and when to draw.
import { dayPage } from "./day.js";
import { button, config, dayWords, fence, grade, h, icon, readRest, t } from "./dom.js";
import { hearUpdates, updateBar } from "./news.js";
import { adopt, begin, customer, onChange, saveVisit, state, today } from "./state.js";
import { syncTag } from "./sync.js";

const place = document.getElementById("app");
const go = (address) => { if (location.hash === address) redraw(); else location.hash = address; };

// The other pages, null until they are here; asked for once the day stands, or at once when the address means one of them.
let pages = null;
let asked = null;
const rest = new Promise((done) => { if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done, { once: true }); else done(); }).then(readRest);
const others = () => { asked ||= rest.then(() => import(config.pages)).then(() => { pages = furrow.pages; }, (error) => { asked = null; throw error; }); return asked; };
const of = (name, ...given) => (pages ? pages[name](...given) : others().then(() => pages[name](...given)));

function pageOf([name, one]) {
  const id = Number(one);
  const visit = state.visits.get(one) || adopted(one);
  switch (name) {
    case "customer": return { title: customer(id).name, grade: customer(id).grade, back: true, main: () => of("cockpitPage", id, go, redraw), task: true };
    case "visit": return visit && { title: customer(visit.customer).name, grade: customer(visit.customer).grade, back: true, main: () => of("visitPage", visit, go, redraw), task: true };
    case "check": return visit && { title: t("store_check"), back: `#/visit/${one}`, main: () => of("storePage", visit, go, redraw), task: true };
    case "guide": return visit && { title: t("guide"), back: `#/visit/${one}`, main: () => of("guidePage", visit, go, redraw), task: true };
    case "cannot": return { title: customer(id).name, back: true, main: () => of("cannotPage", id, go) };
    case "customers": return { title: t("customers"), tab: ["cannot", "order"].includes(one) ? "note" : "customers", main: () => of("customersPage", ["cannot", "order"].includes(one) ? one : "customer") };
    case "order": return { title: customer(id).name, grade: customer(id).grade, back: true, main: () => of("orderPage", id, go), task: true };
    case "sign": return { title: t("sign"), back: true, main: () => of("signPage", id, go), task: true };
    case "held": return { title: t("held_orders"), back: "#/note", main: () => of("heldPage", redraw), task: true };
    case "note": return { title: t("note"), tab: "note", main: () => of("notePage") };
    case "new": return { title: t("new_customer"), back: "#/note", main: () => of("coldPage", go, "customer.add"), task: true };
    case "cold": return { title: t("cold_visit"), back: "#/note", main: () => of("coldPage", go), task: true };
    case "phone": return { title: t("on_this_phone"), tab: "phone", main: () => of("phonePage", redraw) };
    case "more": return { title: t("more"), tab: "more", main: () => of("morePage", redraw) };
    default: return null;
  }
}

function adopted(key) {
  const record = (state.pkg?.records || []).find((one) => one.visit === key);
  return record && adopt(record);
}

const home = () => ({ title: t("today"), sub: dayWords(today()), tab: "today", main: () => dayPage(go) });

function head(page) {
  return h("header", { class: "fp-top" },
    page.back ? h("a", { class: "fp-back", href: page.back === true ? "#/" : page.back, "aria-label": t("back") }, icon("chevron-left", 24)) : null,
    page.grade ? grade(page.grade) : null,
    h("h1", { class: "fr-cut fr-grow" }, page.title, page.sub ? h("span", { class: "pl fr-num" }, ` ${page.sub}`) : null),
    fence("sync", syncTag));
}

function tabs(page) {
  const one = (key, href, iconName, words) => h("a", { class: "e", href, "aria-current": page.tab === key ? "page" : null }, icon(iconName, 22), h("span", {}, words));
  return h("nav", { class: "fr-foot nav", "aria-label": t("menu") }, one("today", "#/", "home-2", t("today")), one("customers", "#/customers", "users", t("customers")), one("note", "#/note", "edit", t("note")), one("phone", "#/phone", "device-mobile", t("phone_tab")), one("more", "#/more", "dots", t("more")));
}

function gate() {
  const { kind, reason } = state.sync;
  const words = kind === "wiped" ? reason || t("wiped") : kind === "forbidden" ? t("forbidden") : kind === "offline" ? t("first_needs_net") : kind === "signin" ? t("sign_in_first") : t("loading");
  return h("main", { class: "fp-wait" }, h("h1", {}, t("app")), h("p", { class: "fr-2" }, words), kind === "signin" || kind === "wiped" ? h("a", { class: "btn btn-primary", href: "/sign-in/?next=/field/" }, t("sign_in")) : kind === "offline" ? button("line", t("try_again"), () => location.reload(), "refresh") : null);
}

let shown = "";
function redraw() {
  if (!state.me || (!state.base && location.hash.length > 2)) { place.replaceChildren(gate()); return; }
  const address = location.hash.slice(2).split("/").map(decodeURIComponent);
  const page = pageOf(address) || home();
  const same = shown === location.hash;
  const scroll = same && place.querySelector(".fp-main") ? scrollY : 0;
  shown = location.hash;
  place.replaceChildren(...[updateBar(), head(page), fence("page", page.main), page.task ? null : tabs(page)].filter(Boolean));
  if (scroll || !same) scrollTo(0, scroll);
}

// News from the server only touches the head while somebody types: a text field in use is never drawn anew.
function quietly() {
  const typing = document.activeElement?.matches?.("textarea, input, select");
  const sync = place.querySelector(".fp-sync");
  const task = /^#\/(visit|check|guide|cold|new|cannot|order|sign|customer\/)/.test(location.hash);
  if ((typing || task) && sync && state.me) sync.replaceWith(fence("sync", syncTag));
  else redraw();
}

// What was added to a card after check-out goes when its page is left, and when the app goes into the background.
async function keepOpenCard(address) {
  const [, key] = /^#\/visit\/(.+)$/.exec(address) || [];
  const visit = key && state.visits.get(key);
  if (visit?.ended_at && visit.changed.length) await saveVisit(visit);
}

window.addEventListener("hashchange", (event) => { keepOpenCard(new URL(event.oldURL).hash); redraw(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) keepOpenCard(location.hash); });
window.addEventListener("offline", quietly);
onChange(quietly);
// What is kept for the next start is fetched after the day stands, so that it does not share a slow line with it.
begin().then(() => { if (!place.querySelector(".fp-main")) redraw(); hearUpdates(quietly); others().catch(() => {}); }, (error) => { console.warn(error); place.replaceChildren(h("main", { class: "fp-wait" }, h("p", {}, t("no_storage")))); });
