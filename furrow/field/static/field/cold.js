// 陌生拜访: a shop nobody knows yet, with its place, a photo of the front and of the business card, and a spoken note; all without a signal.
import { clock, h, icon, say, t } from "./dom.js";
import { shrink } from "./photos.js";
import { whereNow } from "./places.js";
import { sendCold } from "./state.js";

const LONGEST = 120; // seconds of a spoken note
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const stamp = () => clock(new Date()).replace(":", "");

export function coldPage(go) {
  const files = []; // {id, blob, name}
  const strip = h("div", { class: "fp-photos", hidden: true });
  const add = (blob, name, shown) => { files.push({ id: crypto.randomUUID(), blob, name }); strip.hidden = false; strip.append(shown); };
  const field = ([name, type, limit]) => h("label", { class: "fp-field" }, h("span", {}, t(`cold_${name}`)), h("input", { class: "form-control", name, type, maxLength: limit, autocomplete: "off" }));
  const form = h("form", { class: "fp-sect", onsubmit: async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    if (!given.name.trim()) { say(t("cold_needs"), "bad"); return; }
    const fix = await Promise.race([whereNow(), new Promise((done) => { setTimeout(done, 1200, null); })]);
    await sendCold({ ...given, fix }, files, given.name);
    say(t("kept"));
    go("#/");
  } }, [["name", "text", 120], ["phone", "tel", 40], ["situation", "text", 1000]].map(field),
  h("div", { class: "fr-row fp-acts" }, camera("front", t("cold_front"), add), camera("card", t("cold_card"), add), recorder(add)), strip,
  h("div", { class: "fp-acts" }, h("button", { class: "btn btn-primary", type: "submit", "data-act": "keep-cold" }, t("keep_cold"))));
  return h("main", { class: "fp-main" }, form);
}

function camera(kind, words, add) {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", "data-photo": kind, onchange: async () => {
    const file = input.files[0];
    input.value = "";
    const small = file && (await shrink(file));
    if (file && !small) say(t("not_a_photo"), "bad");
    if (small) add(small.blob, `${words}-${stamp()}.jpg`, h("img", { src: small.thumb, alt: words, width: 64, height: 64 }));
  } });
  return h("label", { class: "btn btn-line" }, icon("camera"), words, input);
}

// A tap begins, the next ends; the note ends by itself after two minutes.
function recorder(add) {
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
