// 陌生拜访 and 新客户: a shop nobody knows yet, with its place, a photo of the front and of the business card, and a spoken note; all without a signal.
import { clock, h, icon, say, t } from "./dom.js";
import { shrink } from "./photos.js";
import { whereNow } from "./places.js";
import { customersNamed, sendNew } from "./visiting.js";
import { recorder } from "./voice.js";

const stamp = () => clock(new Date()).replace(":", "");

const FIELDS = {
  "lead.cold_visit": [["name", "text", 120], ["phone", "tel", 40], ["situation", "text", 1000]],
  "customer.add": [["name", "text", 120], ["phone", "tel", 40], ["address", "text", 200], ["situation", "text", 1000]],
};

export function coldPage(go, command = "lead.cold_visit") {
  let warned = ""; // the name whose likes on this phone the person was told of
  const files = []; // {id, blob, name}
  const strip = h("div", { class: "fp-photos", hidden: true });
  const add = (blob, name, shown) => { files.push({ id: crypto.randomUUID(), blob, name }); strip.hidden = false; strip.append(shown); };
  const field = ([name, type, limit]) => h("label", { class: "fp-field" }, h("span", {}, t(`cold_${name}`)), h("input", { class: "form-control", name, type, maxLength: limit, autocomplete: "off" }));
  const form = h("form", { class: "fp-sect", onsubmit: async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    if (!given.name.trim()) { say(t("cold_needs"), "bad"); return; }
    const alike = command === "customer.add" ? customersNamed(given.name, given.phone) : [];
    if (alike.length && warned !== given.name) { warned = given.name; say(t("customer_alike", { name: alike[0][1] }), "bad"); return; }
    if (alike.length) given.other_than = alike.map(([id]) => id);
    const fix = await Promise.race([whereNow(), new Promise((done) => { setTimeout(done, 1200, null); })]);
    await sendNew(command, { ...given, fix }, files, given.name);
    say(t("kept"));
    go("#/");
  } }, FIELDS[command].map(field),
  h("div", { class: "fr-row fp-acts" }, camera("front", t("cold_front"), add), camera("card", t("cold_card"), add), recorder(add)), strip,
  h("div", { class: "fr-foot" }, h("button", { class: "btn btn-primary fr-grow", type: "submit", "data-act": "keep-cold" }, t(command === "customer.add" ? "keep_customer" : "keep_cold"))));
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
