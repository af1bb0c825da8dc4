// 访谈提纲: the questions of one need in the order of the funnel, what is known beside them, the answers kept for the customer (P5.4).
import { button, h, labels, say, t } from "./dom.js";
import { state, store } from "./state.js";
import { sendVisit } from "./visiting.js";

const sets = () => state.pkg?.parts?.guide || [];
const known = (visit) => state.pkg?.parts?.needs?.[visit.customer] || {};
const answered = (visit, code) => visit.answered?.[code] || known(visit)[code]?.[0] || "";

export function guidePage(visit, go, redraw) {
  if (!sets().length) return h("main", { class: "fp-main" }, h("p", { class: "fp-sect fr-2" }, t("guide_not_here")));
  const draft = (visit.draftNeeds ||= { need: sets()[0][0], answers: {} });
  const [, , questions] = sets().find(([code]) => code === draft.need) || sets()[0];
  const chips = sets().map(([code, words, list]) => h("button", { type: "button", class: `fr-chip ${code === draft.need ? "on" : ""}`, "aria-pressed": String(code === draft.need), "data-need": code, onclick: () => { draft.need = code; store(visit); redraw(); } },
    words, " ", h("b", { class: "fr-num" }, `${list.filter(([one]) => answered(visit, one)).length}/${list.length}`)));
  return h("main", { class: "fp-main" },
    h("div", { class: "fp-sect fp-chips" }, chips),
    h("section", { class: "fp-sect" }, questions.map(([code, words, stage, word]) => {
      const before = answered(visit, code);
      return h("label", { class: "fp-field" }, h("span", {}, `${labels.stages[stage]} · ${labels.words[word]}`), h("b", {}, words), before ? h("span", { class: "fr-2" }, `${t("known_answer")}${t("colon")}${before}`) : null,
        h("textarea", { class: "form-control", rows: 1, maxLength: 500, value: draft.answers[code] || "", "data-question": code, oninput: (event) => { draft.answers[code] = event.target.value; store(visit); } }));
    })),
    h("details", { class: "fp-sect fp-more" }, h("summary", {}, t("how_to_ask")), Object.entries(labels.warnings).map(([stage, words]) => h("p", {}, h("b", {}, labels.stages[stage]), " ", words))),
    h("div", { class: "fr-foot" }, button("primary fr-grow", t("keep_answers"), () => finish(visit, draft, go), "check", { "data-act": "keep-answers" })));
}

async function finish(visit, draft, go) {
  const answers = Object.entries(draft.answers).filter(([, text]) => text.trim()).map(([question, text]) => ({ question, text: text.trim() }));
  if (!answers.length) { say(t("answers_empty"), "bad"); return; }
  const before = visit.answered;
  visit.answered = { ...before, ...Object.fromEntries(answers.map((one) => [one.question, one.text])) };
  delete visit.draftNeeds;
  try {
    await sendVisit("need.answer", visit, { answers });
  } catch (error) { // the disk was full: the answers stay on the page
    Object.assign(visit, { answered: before, draftNeeds: draft });
    throw error;
  }
  say(t("kept"));
  go(`#/visit/${visit.visit}`);
}
