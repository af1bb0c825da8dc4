// 今日: how the day stands, its line on the map, the next stop, what is due.
import { button, clock, dayOf, dayWords, facts, fence, grade, h, icon, money, moneyShort, t } from "./dom.js";
import { dayMap } from "./map.js";
import { heldLine } from "./held.js";
import { driveMenu, goalLine, hoursNotToAsk, phoneLink } from "./parts.js";
import { arriveAt, customer, dayStops, due, goalText, leftOver, mattersOpen, state, today, visitsOn } from "./state.js";

export function dayPage(go) {
  if (!state.pkg) return waitPage();
  const stops = dayStops();
  const next = stops.find((stop) => stop.open) || stops.find((stop) => !stop.done && !stop.missed);
  return h("main", { class: "fp-main" },
    fence("figures", () => figures(stops)),
    fence("map", () => mapPart(stops, next)),
    fence("next", () => (next ? nextStop(next, stops, go) : dayDone(stops, go))),
    fence("stops", () => list(stops.filter((stop) => stop !== next), go)),
    fence("extra", () => extras(stops, go)),
    fence("due", () => dues(go)),
  );
}

function waitPage() {
  return h("main", { class: "fp-main" }, h("section", { class: "fp-sect" }, h("p", { class: "fr-2" }, state.sync.kind === "offline" ? t("no_package_offline") : t("loading"))));
}

function figures(stops) {
  const left = stops.filter((stop) => !stop.done && !stop.missed);
  const owed = stops.reduce((sum, stop) => sum + Number(due(stop.customer)?.amount || 0), 0);
  const km = left.reduce((sum, stop) => sum + stop.km, 0);
  const minutes = left.reduce((sum, stop) => sum + stop.min, 0);
  const one = (label, figure, unit, kind) => h("div", {}, h("dt", {}, label), h("dd", { class: kind || "" }, figure, unit ? h("small", {}, unit) : null));
  return h("dl", { class: "fr-stats fr-stat fp-day" },
    one(t("visited"), String(stops.filter((stop) => stop.done).length), t("of_n", { n: stops.length })),
    owed ? one(t("owed_today"), moneyShort(owed), "", "fr-due") : null,
    one(t("road_left"), km.toFixed(1), t("km_min", { min: minutes })),
  );
}

function mapPart(stops, next) {
  const drawn = dayMap(stops, state.pkg.days[today()]?.base, next?.order);
  return drawn && h("div", { class: "fp-map-box" }, drawn);
}

function nextStop(stop, stops, go) {
  const known = customer(stop.customer);
  const owed = due(stop.customer);
  const place = stops.indexOf(stop) + 1;
  return h("section", { class: "fp-next", "aria-label": t("next_stop") },
    h("div", { class: "fr-row fr-between fr-2 fr-t13" }, h("span", {}, facts(stop.open ? t("under_way") : t("next_stop"), t("stop_n", { n: place }), t("km_about", { km: stop.km, min: stop.min }))), h("span", { class: "fr-num" }, `${stop.start}–${stop.leave}`)),
    h("h2", { class: "fr-row" }, grade(known.grade, "mid"), h("a", { class: "fr-cut fr-grow", href: `#/customer/${stop.customer}` }, known.name)),
    owed ? h("p", { class: "fp-owed" }, h("b", { class: "fr-due" }, money(owed.amount)), " ", h("span", { class: "fr-money" }, owed.text || "")) : null,
    owed ? hoursNotToAsk(owed) : null,
    goalLine(stop.customer),
    h("div", { class: "fr-row fp-acts" },
      phoneLink(known.phone, t("call")),
      driveMenu(known),
      stop.open
        ? button("primary fr-grow", t("go_on"), () => go(`#/visit/${stop.visit.visit}`), "arrow-right", { "data-act": "go-on" })
        : button("primary fr-grow", t("check_in"), () => arriveAt(stop.customer, stop.planned, go), "map-pin", { "data-act": "check-in" })),
  );
}

function dayDone(stops, go) {
  return h("section", { class: "fp-next" }, h("h2", {}, stops.length ? t("day_done") : t("no_visits_today")), button("line", t("extra_visit"), () => go("#/customers"), "plus"));
}

function list(stops, go) {
  return h("ol", { class: "fp-stops" }, stops.map((stop) => h("li", {}, h("a", { href: stop.visit ? `#/visit/${stop.visit.visit}` : `#/customer/${stop.customer}` },
    h("span", { class: "tm fr-num" }, stop.visit ? clock(stop.visit.started_at) : stop.start),
    grade(stop.grade),
    h("span", { class: "fr-grow" }, h("span", { class: "nm" }, h("b", { class: "fr-cut fr-grow" }, stop.name), due(stop.customer) && !stop.done ? h("span", { class: "fr-due" }, money(due(stop.customer).amount)) : null, stateTag(stop)),
      h("span", { class: "why fr-cut" }, whyLine(stop)))))));
}

const stateTag = (stop) => (stop.done ? h("span", { class: "fr-tag ok" }, icon("check", 14), t("done")) : stop.missed ? h("span", { class: "fr-tag" }, icon("ban", 14), t("missed")) : null);

function whyLine(stop) {
  if (stop.visit) return missing(stop.visit).length ? t("reflections_open", { n: missing(stop.visit).length }) : stop.visit.values?.content || stop.visit.content || "";
  return goalText(stop.customer);
}

export const missing = (visit) => ["went_well", "fell_short", "lesson_learnt"].filter((name) => !(visit.values ? visit.values[name] : visit[name]));

function extras(stops, go) {
  const known = new Set(stops.map((stop) => stop.customer));
  const others = visitsOn(today()).filter((visit) => !known.has(visit.customer));
  if (!others.length) return null;
  return h("section", {}, h("h3", { class: "fp-head" }, t("extra_visits")), list(others.map((visit) => ({ customer: visit.customer, name: customer(visit.customer).name, grade: customer(visit.customer).grade, visit, done: Boolean(visit.ended_at) })), go));
}

// What is due beside the line: cards that were not finished, appointments, birthdays, what was said about records.
function dues() {
  const lines = [heldLine()].filter(Boolean);
  const own = [...state.visits.values()];
  const elsewhere = (state.pkg.records || []).filter((record) => ![record.visit, ...(record.also || [])].some((name) => state.visits.has(name)));
  const unfinished = [...own, ...elsewhere].filter((visit) => visit.ended_at && missing(visit).length);
  for (const visit of unfinished.slice(0, 5)) lines.push(["edit", `#/visit/${visit.visit}`, t("finish_card", { name: customer(visit.customer).name }), dayWords(visit.started_at)]);
  for (const stop of leftOver().slice(0, 5)) lines.push(["walk", `#/customer/${stop.customer}`, t("not_made", { name: stop.name }), dayWords(stop.date)]);
  for (const [id, shop, amount, day, broken] of state.pkg.parts?.promises || []) lines.push(["clock", `#/customer/${id}`, t(broken ? "payment_broken" : "payment_promised", { amount: money(amount) }), `${shop} ${dayWords(day)}`]);
  for (const one of mattersOpen()) if (one.due <= today() || one.kind === "complaint") lines.push([one.kind === "complaint" ? "alert-triangle" : "check", `#/customer/${one.customer}`, `${t(`matter_${one.kind}`)}${t("colon")}${one.text}`, `${one.name} ${one.due < today() ? t("overdue_since", { day: dayWords(one.due) }) : dayWords(one.due)}`]);
  for (const [id, one] of Object.entries(state.pkg.customers)) {
    const at = one.last?.[0]?.appointment_at;
    if (at && dayOf(new Date(at)) === today()) lines.push(["calendar-event", `#/customer/${id}`, t("appointment_at", { time: clock(at), name: one.name }), one.last[0].appointment_note || ""]);
  }
  for (const [id, gaps] of Object.entries(state.pkg.parts?.gaps || {})) {
    for (const [item, words, day] of gaps) if (day <= today() && !state.closedGaps.has(item)) lines.push(["clipboard-check", `#/customer/${id}`, words, `${customer(id).name} ${dayWords(day)}`]);
  }
  for (const [date, name, id, shop] of state.pkg.birthdays || []) lines.push(["cake", id ? `#/customer/${id}` : "#/", t("birthday_of", { name }), `${shop} ${dayWords(date)}`]);
  for (const said of state.pkg.comments || []) lines.push(["message-2", `#/customer/${said.customer}`, `${said.by}: ${said.text}`, said.name]);
  if (!lines.length) return null;
  return h("section", {}, h("h3", { class: "fp-head" }, t("due_too")), h("ol", { class: "fp-list" }, lines.map(([kind, href, text, sub]) => h("li", {}, h("a", { href }, icon(kind), h("span", { class: "fr-grow" }, h("span", { class: "fp-two" }, text), h("span", { class: "why fr-cut" }, sub)))))));
}
