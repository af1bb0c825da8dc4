// 联系记录卡: the line that always is written, goal, three reflections, how the time went, what comes next.
import { h, labels, t } from "./dom.js";
import { state, write } from "./state.js";

const MODEL = [40, 30, 20, 10];

export function card(visit) {
  return h("div", { class: "fp-card" },
    h("span", { class: "fp-kept fr-t13 fr-2", id: "kept" }, state.keeper.words),
    area(visit, "content", t("content"), t("content_hint"), 4000),
    goal(visit),
    h("section", { class: "fp-three", "aria-label": t("three") },
      h("div", { class: "fr-row fr-between" }, h("h3", {}, t("three")), h("span", { class: "fr-t13 fr-2" }, t("three_due"))),
      area(visit, "went_well", t("went_well"), t("went_well_hint"), 1000),
      area(visit, "fell_short", t("fell_short"), t("fell_short_hint"), 1000),
      area(visit, "lesson_learnt", t("lesson_learnt"), t("lesson_hint"), 1000)),
    h("details", { class: "fp-sect fp-more" }, h("summary", {}, t("next_and_plan")),
      line(visit, "appointment_at", t("appointment"), "datetime-local"),
      line(visit, "appointment_note", t("appointment_note"), "text", 300),
      area(visit, "new_plan", t("new_plan"), "", 1000)),
    h("details", { class: "fp-sect fp-more" }, h("summary", {}, t("time_split")), split(visit)),
    h("details", { class: "fp-sect fp-more" }, h("summary", {}, t("more_of_card")),
      line(visit, "people", t("people_present"), "text", 200),
      line(visit, "place", t("place"), "text", 200),
      area(visit, "special", t("special"), "", 2000)));
}

// `input` is heard while an input method is still composing, so nothing typed waits for its end to be kept.
function area(visit, name, words, hint, limit) {
  return h("label", { class: "fp-field" }, h("span", {}, words), h("textarea", { class: "form-control", rows: 1, maxLength: limit, placeholder: hint, value: visit.values[name] || "", "data-field": name, oninput: (event) => write(visit, name, event.target.value) }));
}

const local = (text) => { const at = new Date(text); return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16); };

function line(visit, name, words, type, limit) {
  const moment = type === "datetime-local";
  const value = visit.values[name] || "";
  const keep = (event) => { const text = event.target.value; write(visit, name, moment && text ? new Date(text).toISOString() : text); };
  return h("label", { class: "fp-field" }, h("span", {}, words), h("input", { class: "form-control", type, maxLength: limit, value: moment && value ? local(value) : value, "data-field": name, oninput: keep }));
}

function goal(visit) {
  const why = h("div", { hidden: !["partly", "no"].includes(visit.values.goal_reached) }, line(visit, "goal_why", t("goal_why"), "text", 300));
  const buttons = Object.entries(labels.goal).map(([value, words]) => h("button", { type: "button", "aria-pressed": String(visit.values.goal_reached === value), "data-goal": value, onclick: () => {
    write(visit, "goal_reached", value);
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.goal === value));
    why.hidden = value === "yes";
  } }, words));
  return h("div", { class: "fp-goalbox" }, visit.goal ? h("p", { class: "fr-2" }, `${t("goal")}${t("colon")}${visit.goal}`) : null, h("div", { class: "fr-switch", role: "group", "aria-label": t("goal_reached") }, buttons), why);
}

// Four parts that always make a hundred: what one takes, the others give, in proportion, in fives.
export function rebalance(parts, place, value) {
  const rest = 100 - value;
  const others = parts.map((part, at) => (at === place ? 0 : part));
  const sum = others.reduce((all, part) => all + part, 0);
  const made = parts.map((_part, at) => (at === place ? value : Math.round((sum ? (others[at] / sum) * rest : rest / 3) / 5) * 5));
  let off = 100 - made.reduce((all, part) => all + part, 0);
  for (let at = 0; off && at < 8; at += 1) {
    const spot = at % 4;
    if (spot === place || made[spot] + off < 0) continue;
    made[spot] += off;
    off = 0;
  }
  return made;
}

function split(visit) {
  let parts = visit.values.split || MODEL;
  const inputs = [];
  const shown = [];
  const set = (next) => { parts = next; next.forEach((part, place) => { inputs[place].value = part; shown[place].textContent = `${part}%`; }); write(visit, "split", parts); };
  const names = ["split_trust", "split_needs", "split_present", "split_agree"];
  return h("div", { class: "fp-split" }, h("p", { class: "fr-2" }, t("split_model")), names.map((name, place) => {
    inputs[place] = h("input", { type: "range", min: 0, max: 100, step: 5, value: parts[place], "aria-label": t(name), oninput: (event) => set(rebalance(parts, place, Number(event.target.value))) });
    shown[place] = h("output", { class: "fr-num" }, `${parts[place]}%`);
    return h("label", {}, h("span", {}, t(name)), inputs[place], shown[place]);
  }));
}
