// A store before the visit: who they are, what was promised last time, goal and rehearsal, stock and prices last seen, money due, whom to call.
import { button, dayWords, facts, fence, h, icon, labels, money, t } from "./dom.js";
import { chartPart } from "./chart.js";
import { doctorPart } from "./doctor.js";
import { mattersPart } from "./matters.js";
import { heldLink, orderLink } from "./orders.js";
import { driveMenu, goalLine, hoursNotToAsk, phoneLink } from "./parts.js";
import { gapsPart, preparedStep, preparePart, prepOf, purposeOf } from "./prepare.js";
import { toSign } from "./sign.js";
import { arriveAt, can, customer, dayStops, due, openVisit } from "./state.js";
import { closeGap } from "./visiting.js";

export function cockpitPage(id, go, redraw) {
  const known = customer(id);
  const stop = dayStops().find((one) => one.customer === id);
  return h("main", { class: "fp-main" },
    fence("who", () => who(id, known)),
    fence("money", () => owed(id)),
    fence("orders", () => heldLink(id)),
    fence("sign", () => toSign(id)),
    fence("last", () => lastVisits(known)),
    fence("matters", () => mattersPart(id, redraw)),
    fence("goal", () => goalPart(id)),
    fence("prepare", () => preparePart(id)),
    fence("gaps", () => gapsPart(id, async (item) => { await closeGap(id, item); redraw(); })),
    fence("shelf", () => shelf(known)),
    fence("people", () => people(known)),
    fence("chart", () => chartPart(id)),
    fence("doctor", () => doctorPart(id, redraw)),
    fence("begin", () => foot(id, known, stop, go)),
  );
}

function who(id, known) {
  return h("section", { class: "fp-sect" }, h("p", { class: "fr-2" }, facts(known.code, known.address || "", known.grade ? t("grade", { letter: known.grade }) : "")),
    h("div", { class: "fr-row fp-acts" }, phoneLink(known.phone, t("call")), driveMenu(known), orderLink(id)),
    known.full ? null : h("p", { class: "fr-2" }, t("only_key")));
}

function owed(id) {
  const found = due(id);
  return found ? h("section", { class: "fp-sect" }, h("h3", {}, t("owed")), h("p", {}, h("b", { class: "fr-due" }, money(found.amount)), " ", found.text || ""), hoursNotToAsk(found)) : null;
}

function lastVisits(known) {
  if (!known.last?.length) return known.full ? h("section", { class: "fp-sect" }, h("h3", {}, t("last_visit")), h("p", { class: "fr-2" }, t("never_visited"))) : null;
  return h("section", { class: "fp-sect" }, h("h3", {}, t("last_visit")), known.last.map((one) => h("div", { class: "fp-told" },
    h("p", { class: "fr-2 fr-t13" }, facts(dayWords(one.at), one.by, one.goal_reached ? labels.goal[one.goal_reached] : "")),
    one.content ? h("p", {}, one.content) : null,
    one.new_plan ? h("p", {}, `${t("new_plan")}${t("colon")}${one.new_plan}`) : null,
    one.appointment_note ? h("p", {}, `${t("promised")}${t("colon")}${one.appointment_note}`) : null)));
}

function goalPart(id) {
  const line = goalLine(id);
  return line && h("section", { class: "fp-sect" }, line);
}

function shelf(known) {
  if (!known.shelf?.length) return null;
  return h("section", { class: "fp-sect" }, h("h3", {}, t("shelf")), h("table", { class: "fr-table" },
    h("thead", {}, h("tr", {}, h("th", {}, t("product")), h("th", { class: "n" }, t("stock")), h("th", { class: "n" }, t("sold")), h("th", { class: "n" }, t("price")))),
    h("tbody", {}, known.shelf.map(([title, stock, sold, price]) => h("tr", {}, h("td", {}, title), h("td", { class: "n" }, stock ?? "—"), h("td", { class: "n" }, sold ?? "—"), h("td", { class: "n" }, price ? money(price) : "—"))))));
}

function people(known) {
  if (!known.people?.length) return null;
  return h("section", { class: "fp-sect" }, h("h3", {}, t("people")), h("ul", { class: "fp-people" }, known.people.map(([name, position, phone]) => h("li", {}, h("span", { class: "fr-grow" }, h("b", {}, name), " ", h("span", { class: "fr-2" }, position)), phoneLink(phone, t("call_name", { name }))))));
}

function foot(id, known, stop, go) {
  const open = openVisit();
  const busy = open && open.customer !== id;
  return h("div", { class: "fr-foot" },
    can("visit.cannot") && stop && !stop.visit ? button("line", t("cannot"), () => go(`#/cannot/${id}`), "ban") : null,
    button("primary fr-grow", busy ? t("finish_first", { name: customer(open.customer).name }) : open ? t("go_on") : stop ? t("check_in") : t("check_in_extra"), () => { const { type } = prepOf(id); return arriveAt(id, stop?.planned ?? null, go, { type, purpose: purposeOf(id), prepared: preparedStep(id, type) }); }, busy ? "arrow-right" : "map-pin", { "data-act": "check-in" }));
}
