// The button that takes a photo: of the visit, or of what is scored.
import { h, icon, t } from "./dom.js";
import { markStep } from "./state.js";
import { addPhoto } from "./visiting.js";

export function cameraButton(visit, kind, redraw, words = "", { add = addPhoto, label = t("take_photo"), ...more } = {}) {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", "aria-label": label, ...more, onchange: async () => {
    const file = input.files[0];
    input.value = "";
    if (file && (await add(visit, file, kind))) {
      if (visit.steps[kind]?.done === undefined && kind === "front_photo") markStep(visit, kind, { done: true });
      redraw();
    }
  } });
  return h("label", { class: `btn btn-line ${words ? "" : "sq"}` }, icon("camera"), words, input);
}
