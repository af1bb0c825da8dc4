// 语音记录: a spoken note, kept on the phone like a photo until the server has it.
import { clock, h, icon, say, t } from "./dom.js";

const LONGEST = 120; // seconds of a spoken note
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const stamp = () => clock(new Date()).replace(":", "");

// A tap begins, the next ends; the note ends by itself after two minutes.
export function recorder(add) {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) return null;
  const type = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) || "";
  const words = h("span", {}, t("voice_note"));
  let running = null;
  const start = async () => {
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!sound) { say(t("no_microphone"), "bad"); return; }
    const pieces = [];
    running = new MediaRecorder(sound, { mimeType: type, audioBitsPerSecond: 24000 });
    running.ondataavailable = (event) => pieces.push(event.data);
    running.onstop = () => {
      sound.getTracks().forEach((track) => track.stop());
      const blob = new Blob(pieces, { type });
      if (blob.size) add(blob, `${t("voice_note")}-${stamp()}.${type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm"}`, h("span", { class: "fr-tag" }, icon("microphone", 14), t("voice_note")));
      running = null;
      words.textContent = t("voice_note");
    };
    running.start();
    words.textContent = t("voice_stop");
    setTimeout(() => running?.stop(), LONGEST * 1000);
  };
  return h("button", { type: "button", class: "btn btn-line", "data-act": "voice", onclick: () => (running ? running.stop() : start()) }, icon("microphone"), words);
}
