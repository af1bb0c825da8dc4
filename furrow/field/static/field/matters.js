// 承诺 and 投诉: kept in the visit, closed wherever they are read; each with a day.
import { button, dayOf, dayWords, h, say, t } from "./dom.js";
import { addMatter, closeMatter } from "./carried.js";
import { can, mattersOpen, today } from "./state.js";

const SOON = 3 * 24 * 3600 * 1000;
const KINDS = ["promise", "complaint"];
export const matterWords = (one) => `${t(`matter_${one.kind}`)}${t("colon")}${one.text}`;

// What is open at a customer, each closed with a line of how it ended.
export function mattersPart(id, redraw) {
  const open = mattersOpen().filter((one) => one.customer === id);
  if (!open.length) return null;
  return h("section", { class: "fp-sect" }, h("h3", {}, t("matters")), open.map((one) => line(one, redraw)));
}

function line(one, redraw) {
  const how = h("input", { class: "form-control", type: "text", maxLength: 300, placeholder: t("matter_outcome"), "aria-label": t("matter_outcome") });
  const close = async () => {
    if (one.kind === "complaint" && !how.value.trim()) { say(t("matter_needs_outcome"), "bad"); return; }
    await closeMatter(one, how.value.trim());
    say(t("kept"));
    redraw();
  };
  const late = one.due < today() ? t("overdue_since", { day: dayWords(one.due) }) : dayWords(one.due);
  return h("details", { class: "fp-more" }, h("summary", {}, h("span", {}, h("span", { class: "fp-two" }, matterWords(one)), h("span", { class: "why" }, `${late} ${one.owner}`))),
    can("matter.close") ? h("div", { class: "fr-row" }, how, button("line", t("gap_closed"), close, "check", { "data-act": "close-matter" })) : null);
}

// In the visit: what was promised, what was complained of.
export function matterForm(visit, redraw) {
  if (!can("matter.add")) return null;
  let kind = KINDS[0];
  const kinds = KINDS.map((one) => h("button", { type: "button", "aria-pressed": String(one === kind), "data-matter": one, onclick: () => { kind = one; kinds.forEach((each, place) => each.setAttribute("aria-pressed", String(KINDS[place] === one))); } }, t(`matter_${one}`)));
  const text = h("input", { class: "form-control", type: "text", maxLength: 300, placeholder: t("matter_what"), "aria-label": t("matter_what"), "data-field": "matter" });
  const due = h("input", { class: "form-control", type: "date", value: dayOf(new Date(Date.now() + SOON)), "aria-label": t("matter_due") });
  const keep = async () => {
    if (!text.value.trim()) { say(t("matter_empty"), "bad"); return; }
    await addMatter(visit, kind, text.value.trim(), due.value);
    say(t("kept"));
    redraw();
  };
  return h("details", { class: "fp-sect fp-more", "data-part": "matters" }, h("summary", {}, t("matters")),
    mattersOpen().filter((one) => one.customer === visit.customer).map((one) => line(one, redraw)),
    h("div", { class: "fr-switch fp-whole", role: "group", "aria-label": t("matters") }, kinds),
    h("label", { class: "fp-field" }, h("span", {}, t("matter_what")), text), h("label", { class: "fp-field" }, h("span", {}, t("matter_due")), due),
    button("line", t("matter_keep"), keep, "plus", { "data-act": "keep-matter" }));
}
