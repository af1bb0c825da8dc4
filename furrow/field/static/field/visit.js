// 拜访: steps on a rail, the card below them, the action bar at the foot. The text being typed is never drawn anew.
import { button, clock, facts, fence, h, icon, labels, minutes, say, svg, t } from "./dom.js";
import { card } from "./card.js";
import { doctorPart } from "./doctor.js";
import { matterForm } from "./matters.js";
import { cameraButton } from "./camera.js";
import { recorder } from "./voice.js";
import { markStep, saveVisit, stepsOf } from "./state.js";
import { addNote, checkOut } from "./visiting.js";
import { currentStep, stepList } from "./steps.js";

export function visitPage(visit, go, redraw) {
  const steps = stepsOf(visit.visit_type);
  const now = visit.ended_at ? null : currentStep(visit, steps);
  const done = steps.filter(([kind]) => visit.steps[kind]?.done !== undefined).length;
  return h("main", { class: "fp-main fp-visit" },
    fence("time", () => h("div", { class: "fp-meta fr-t13 fr-2" },
      h("span", { class: "fr-num" }, icon("clock", 14), " ", facts(`${t("arrived")} ${clock(visit.started_at)}`, visit.ended_at ? t("stayed", { n: minutes(visit.started_at, visit.ended_at) }) : t("for_min", { n: minutes(visit.started_at, new Date()) }), visit.distance !== null && visit.distance !== undefined ? t("from_outlet", { m: visit.distance }) : "")),
      steps.length ? h("span", { class: "fr-num" }, t("step_of", { n: Math.min(done + 1, steps.length), all: steps.length })) : null)),
    fence("progress", () => progress(done, steps.length)),
    fence("steps", () => stepList(visit, steps, now, go, redraw)),
    fence("photos", () => photoStrip(visit)),
    fence("voice", () => voice(visit, redraw)),
    fence("matters", () => matterForm(visit, redraw)),
    fence("doctor", () => doctorPart(visit.customer, redraw)),
    fence("card", () => card(visit)),
    fence("foot", () => foot(visit, steps, now, go, redraw)),
  );
}

function progress(done, all) {
  if (!all) return null;
  const parts = Array.from({ length: all }, (_one, place) => svg("rect", { class: place < done ? "on" : place === done ? "cur" : "off", x: place + 0.02, width: 0.96, height: 1 }));
  return svg("svg", { class: "fp-prog", viewBox: `0 0 ${all} 1`, preserveAspectRatio: "none", role: "img", "aria-label": t("done_of", { n: done, all }) }, ...parts);
}

function photoStrip(visit) {
  if (!visit.photos.length) return null;
  return h("div", { class: "fp-photos", "aria-label": t("photos_n", { n: visit.photos.length }) }, visit.photos.map((photo) => h("img", { src: photo.thumb, alt: t("photo"), width: 64, height: 64 })));
}

// A spoken note goes with the visit like a photo.
function voice(visit, redraw) {
  const record = recorder(async (blob, name) => { await addNote(visit, blob, name); redraw(); });
  return record && h("div", { class: "fp-sect fr-row" }, record, (visit.notes || []).map((name) => h("span", { class: "fr-tag" }, icon("microphone", 14), name.replace(/\.\w+$/, ""))));
}

function foot(visit, steps, now, go, redraw) {
  if (visit.ended_at) {
    return h("div", { class: "fr-foot" }, cameraButton(visit, "photo", redraw), button("primary fr-grow", t("save_card"), async () => { await saveVisit(visit); say(t("kept")); go("#/"); }, "check", { "data-act": "save" }));
  }
  const leave = async () => {
    await checkOut(visit);
    say(t("checked_out"));
    go("#/");
  };
  const last = !now;
  const position = steps.findIndex(([kind]) => kind === now);
  const following = steps.slice(position + 1).find(([kind]) => visit.steps[kind]?.done === undefined);
  return h("div", { class: "fr-foot" },
    cameraButton(visit, now || "photo", redraw),
    last ? null : button("line", t("check_out"), leave, null, { "data-act": "check-out" }),
    last ? button("primary fr-grow", t("check_out"), leave, "check", { "data-act": "check-out" })
      : button("primary fr-grow", following ? t("next_step", { step: labels.steps[following[0]] }) : t("steps_done"), () => { markStep(visit, now, { done: true, reason: "" }); redraw(); }, "arrow-right", { "data-act": "next" }));
}
