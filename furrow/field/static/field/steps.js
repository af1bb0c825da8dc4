// The steps of a visit: what is done folds to a line, the current one opens with what can be done in it, the others stay in sight.
import { button, h, icon, labels, t } from "./dom.js";
import { orderLink } from "./orders.js";
import { cameraButton } from "./camera.js";
import { can, markStep, store } from "./state.js";

export function currentStep(visit, steps) {
  if (visit.at && visit.steps[visit.at]?.done === undefined) return visit.at;
  return steps.find(([kind]) => visit.steps[kind]?.done === undefined)?.[0] || null;
}

export function stepList(visit, steps, now, go, redraw) {
  return h("ol", { class: "fr-steps fp-steps" }, steps.map(([kind, mandatory], place) => {
    const result = visit.steps[kind];
    const open = kind === now;
    const done = result?.done !== undefined;
    const mark = done ? (result.done ? icon("check", 14) : "—") : String(place + 1);
    const pick = () => { visit.at = kind; if (done) markStep(visit, kind, { done: undefined }); else store(visit); redraw(); };
    const head = h("span", { class: "hd" }, h("b", {}, labels.steps[kind]), h("span", { class: "fr-t13 fr-2 fr-cut" }, told(visit, kind, result, mandatory)));
    return h("li", { class: done ? "done" : open ? "now" : "", "aria-current": open ? "step" : null },
      h("span", { class: "dot" }, mark),
      h("div", { class: "st" }, visit.ended_at || open ? head : h("button", { type: "button", class: "fp-step", onclick: pick }, head), open ? inside(visit, kind, mandatory, go, redraw) : null));
  }));
}

function told(visit, kind, result, mandatory) {
  if (result?.done === false) return `${t("skipped")}${t("colon")}${labels.skip[result.reason] || ""}`;
  const parts = [];
  if (result?.note) parts.push(result.note);
  const taken = visit.photos.filter((photo) => photo.kind === kind).length;
  if (taken) parts.push(t("photos_n", { n: taken }));
  if (kind === "store_check" && visit.checked) parts.push(t("checked"));
  return parts.join(t("comma")) || (mandatory ? t("mandatory") : "");
}

function inside(visit, kind, mandatory, go, redraw) {
  const note = h("input", { class: "form-control", type: "text", maxLength: 300, value: visit.steps[kind]?.note || "", placeholder: t("note_step"), "aria-label": t("note_step"), oninput: (event) => markStep(visit, kind, { note: event.target.value }) });
  return h("div", { class: "fp-do" }, note, h("div", { class: "fr-row fp-acts" },
    ["front_photo", "competitor", "observe"].includes(kind) ? cameraButton(visit, kind, redraw, t("take_photo")) : null,
    ["store_check", "competitor", "stock"].includes(kind) && can("store.check") ? button("line", t("store_check"), () => go(`#/check/${visit.visit}`), "clipboard-check") : null,
    kind === "order" ? orderLink(visit.customer) : null,
    ["observe", "open"].includes(kind) && can("need.answer") ? button("line", t("guide"), () => go(`#/guide/${visit.visit}`), "message-2", { "data-act": "guide" }) : null,
    mandatory ? null : skip(visit, kind, redraw)));
}

function skip(visit, kind, redraw) {
  return h("details", { class: "fp-menu" }, h("summary", { class: "btn btn-quiet" }, t("skip")),
    h("div", { class: "pop" }, Object.entries(labels.skip).map(([reason, words]) => h("button", { type: "button", class: "fr-item", onclick: () => { markStep(visit, kind, { done: false, reason }); redraw(); } }, words))));
}
