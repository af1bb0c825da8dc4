// 销售医生: what was found, what it comes from, what we recommend and by when; each on its own day (P5.5).
import { button, dayOf, dayWords, h, labels, say, t } from "./dom.js";
import { casesOf, moveCase, openCase } from "./carried.js";
import { can, state, today } from "./state.js";

const SOON = 7 * 24 * 3600 * 1000;
const DONE = [["examined", "findings", "examined_on"], ["diagnosed", "diagnosis", "diagnosed_on"], ["prescribed", "prescription", "prescribed_on"]];
const needs = () => (state.pkg?.parts?.guide || []).map(([code, words]) => [code, words]);

export function doctorPart(id, redraw) {
  const open = casesOf(id);
  if (!can("doctor.examine") || !needs().length) return null;
  return h("details", { class: "fp-sect fp-more", "data-part": "doctor" }, h("summary", {}, open.length ? `${t("doctor")} ${open.length}` : t("doctor")),
    h("p", { class: "fr-2 fr-t13" }, t("doctor_rule")), open.map((one) => caseBox(id, one, redraw)), newCase(id, redraw));
}

const area = (name, words) => h("textarea", { class: "form-control", rows: 1, maxLength: 1000, "data-case": name, "aria-label": words });
const field = (words, input) => h("label", { class: "fp-field" }, h("span", {}, words), input);

// Keeps what was written, unless nothing was.
async function keeping(input, work, redraw) {
  if (!input.value.trim()) { say(t("doctor_write"), "bad"); input.focus(); return; }
  await work(input.value.trim());
  say(t("kept"));
  redraw();
}

function caseBox(id, one, redraw) {
  const [, words] = needs().find(([code]) => code === one.need) || ["", one.need];
  return h("section", { class: "fp-told" }, h("h3", {}, words),
    DONE.filter(([, , day]) => one[day]).map(([stage, text, day]) => h("p", {}, h("span", { class: "fr-2 fr-t13" }, `${labels.doctor[stage]} ${dayWords(one[day])}`), h("br", {}), one[text])),
    one.act_on ? h("p", { class: "fr-2" }, `${t("doctor_by")}${t("colon")}${dayWords(one.act_on)}`) : null,
    next(id, one, redraw), ending(id, one, redraw));
}

// The stage that follows; what we recommend comes on a later day than the examination.
function next(id, one, redraw) {
  if (one.prescribed_on) return null;
  if (!one.diagnosed_on) {
    const said = area("diagnosis", t("doctor_comes"));
    return h("div", {}, field(t("doctor_comes"), said), button("line", t("doctor_diagnose"), () => keeping(said, (diagnosis) => moveCase(id, one, "diagnose", { diagnosis }), redraw), "check", { "data-act": "diagnose" }));
  }
  if (one.examined_on >= today()) return h("p", { class: "fr-2" }, t("doctor_later"));
  const said = area("prescription", t("doctor_recommend"));
  const by = h("input", { class: "form-control", type: "date", min: today(), value: dayOf(new Date(Date.now() + SOON)) });
  return h("div", {}, field(t("doctor_recommend"), said), field(t("doctor_by"), by),
    button("line", t("doctor_prescribe"), () => keeping(said, (prescription) => moveCase(id, one, "prescribe", { prescription, act_on: by.value }), redraw), "check", { "data-act": "prescribe" }));
}

function ending(id, one, redraw) {
  const said = h("input", { class: "form-control", type: "text", maxLength: 300, "data-case": "outcome" });
  return h("details", { class: "fp-more" }, h("summary", {}, t("doctor_close")), field(t("doctor_outcome"), said),
    button("line", t("doctor_close"), () => keeping(said, (outcome) => moveCase(id, one, "close", { outcome }), redraw), "check", { "data-act": "close-case" }));
}

function newCase(id, redraw) {
  const need = h("select", { class: "form-select" }, needs().map(([code, words]) => h("option", { value: code }, words)));
  const said = area("findings", t("doctor_found"));
  return h("details", { class: "fp-more", open: !casesOf(id).length }, h("summary", {}, t("doctor_new")), field(t("doctor_need"), need), field(t("doctor_found"), said),
    button("line", t("doctor_examine"), () => keeping(said, (findings) => openCase(id, need.value, findings), redraw), "plus", { "data-act": "examine" }));
}
