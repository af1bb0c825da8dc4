// 准备: the type of the visit, what to take along, the two-minute rehearsal and the script; kept for the day, taken over at check-in (P4.8).
import { button, h, labels, t } from "./dom.js";
import { customer, due, keep, state, stepsOf, today } from "./state.js";

const QUESTIONS = ["purpose", "view", "advantages", "ending", "own"];

// What was prepared for a customer today: {type, ticks, words}; yesterday's is forgotten.
export function prepOf(id) {
  if (state.prep.date !== today()) state.prep = { date: today(), of: {} };
  return (state.prep.of[id] ||= { type: usual(id), ticks: [], words: {} });
}

function usual(id) {
  const known = customer(id);
  if (known.full && !known.last?.length) return "first";
  return due(id)?.text ? "collecting" : "routine";
}

const save = () => keep("prep", structuredClone(state.prep));
const listOf = (type) => state.pkg?.parts?.prepared?.[type] || { take: [], script: "" };

export function preparePart(id) {
  const prep = prepOf(id);
  const box = h("div", {});
  const show = () => box.replaceChildren(...[take(prep), script(prep)].filter(Boolean));
  const pick = h("select", { class: "form-select", "aria-label": t("visit_type"), "data-act": "visit-type", onchange: () => { prep.type = pick.value; prep.ticks = []; save(); show(); } },
    Object.entries(labels.types).map(([value, words]) => h("option", { value, selected: value === prep.type }, words)));
  show();
  return h("section", { class: "fp-sect" }, h("h3", {}, t("prepare")), h("label", { class: "fp-field" }, h("span", {}, t("visit_type")), pick), box, rehearsal(prep));
}

function take(prep) {
  const { take: things } = listOf(prep.type);
  if (!things.length) return null;
  const head = h("summary", {});
  const count = () => { head.textContent = `${t("take_along")} ${prep.ticks.length}/${things.length}`; };
  count();
  return h("details", { class: "fp-more", "data-part": "take" }, head, h("div", { class: "fp-ticks" }, things.map((thing) => h("label", {}, h("input", { type: "checkbox", class: "form-check-input", checked: prep.ticks.includes(thing), onchange: (event) => {
    prep.ticks = prep.ticks.filter((one) => one !== thing).concat(event.target.checked ? [thing] : []);
    save();
    count();
  } }), h("span", {}, thing)))));
}

function script(prep) {
  const { script: text } = listOf(prep.type);
  return text ? h("details", { class: "fp-more" }, h("summary", {}, t("script")), h("p", { class: "fp-script" }, text)) : null;
}

// 两分钟预演: five questions to go through before the door; the purpose becomes the goal of the visit.
function rehearsal(prep) {
  return h("details", { class: "fp-more", "data-part": "rehearsal" }, h("summary", {}, t("rehearsal")), QUESTIONS.map((name) => h("label", { class: "fp-field" }, h("span", {}, t(`rehearse_${name}`)),
    h("textarea", { class: "form-control", rows: 1, maxLength: 300, value: prep.words[name] || "", "data-rehearse": name, oninput: (event) => { prep.words[name] = event.target.value; save(); } }))));
}

// The step "prepare" as it stands at check-in: how much of the list was ticked; null when nothing was.
export function preparedStep(id, type) {
  const prep = prepOf(id);
  const { take: things } = listOf(type);
  if (!prep.ticks.length || prep.type !== type || !stepsOf(type).some(([kind]) => kind === "prepare")) return null;
  return { done: true, reason: "", note: `${t("take_along")} ${prep.ticks.length}/${things.length}` };
}

// What the rep set out to do there today.
export const purposeOf = (id) => (prepOf(id).words.purpose || "").trim();

// Gaps of earlier store checks, each closed with a tap.
export function gapsPart(id, close) {
  const open = (state.pkg?.parts?.gaps?.[id] || []).filter(([item]) => !state.closedGaps.has(item));
  if (!open.length) return null;
  return h("section", { class: "fp-sect" }, h("h3", {}, t("gaps")), open.map(([item, words, day, owner]) => h("div", { class: "fr-row" }, h("span", { class: "fr-grow" }, h("b", {}, words), " ", h("span", { class: "fr-2" }, `${owner} ${day}`)),
    button("line", t("gap_closed"), () => close(item), "check", { "data-gap": item }))));
}
