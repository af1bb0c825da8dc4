// 门店检查: scored items and the grid of products, prefilled from last time.
import { button, clock, dayOf, dayWords, h, labels, say, t } from "./dom.js";
import { cameraButton } from "./camera.js";
import { customer, markStep, state, store } from "./state.js";
import { checkStore, itemPhoto } from "./visiting.js";

const GAP_BELOW = 3; // points up to which a gap is asked for: what, and by when I close it

export function storePage(visit, go, redraw) {
  const last = customer(visit.customer).check;
  const draft = (visit.draftCheck ||= { items: { ...(last?.items || {}) }, lines: firstLines(last), gaps: {} });
  draft.gaps ||= {};
  const standard = standardFor(visit.customer);
  return h("main", { class: "fp-main" },
    last ? h("p", { class: "fp-sect fr-2" }, t("prefilled", { day: dayWords(last.at), score: last.score ?? "—" })) : null,
    h("section", { class: "fp-sect" }, h("h3", {}, t("scored")), Object.entries(labels.check).map(([code, words]) => scored(visit, draft, redraw, code, words))),
    standard ? h("section", { class: "fp-sect" }, h("h3", {}, t("standard")), standard.items.map(([code, words, must]) => scored(visit, draft, redraw, code, words, must - 1, soon(standard.days), must))) : null,
    h("section", { class: "fp-sect" }, h("h3", {}, t("grid")), grid(visit, draft)),
    h("div", { class: "fr-foot" }, cameraButton(visit, "store_check", redraw), button("primary fr-grow", t("keep_check"), () => finish(visit, draft, go), "check", { "data-act": "keep-check" })));
}

// 专卖店标准: asked only at an exclusive shop; {days, items: [code, words, points at least]}, or null.
function standardFor(id) {
  const { standard } = state.pkg.parts || {};
  return standard?.shops?.includes(id) ? standard : null;
}

const soon = (days) => dayOf(new Date(Date.now() + days * 24 * 3600 * 1000));
const shortOf = (draft, code, points) => points <= (draft.below?.[code] ?? GAP_BELOW);

// Products last seen here; else the first of our own. Prices stay, what is counted begins empty.
function firstLines(last) {
  const lines = {};
  for (const [product, [facings, price, , activity]] of Object.entries(last?.lines || {})) lines[product] = { facings, price, stock: null, activity };
  return lines;
}

function scored(visit, draft, redraw, code, words, below = GAP_BELOW, until_ = "", must = 0) {
  (draft.below ||= {})[code] = below;
  const camera = cameraButton(visit, code, redraw, "", { add: (_visit, file) => itemPhoto(visit, code, file), label: t("item_photo", { item: words }), "data-item-photo": code });
  const taken = (draft.photos || []).filter((photo) => photo.code === code);
  const strip = taken.length ? h("div", { class: "fp-photos" }, taken.map((photo) => h("img", { src: photo.thumb, alt: t("item_photo_of", { item: words }), width: 64, height: 64 }))) : null;
  const buttons = [0, 1, 2, 3, 4, 5].map((points) => h("button", { type: "button", "aria-pressed": String(draft.items[code] === points), onclick: () => {
    draft.items[code] = points;
    gap.hidden = points > below;
    store(visit);
    buttons.forEach((one, place) => one.setAttribute("aria-pressed", String(place === points)));
  } }, String(points)));
  const until = h("input", { class: "form-control", type: "date", value: draft.gaps[code]?.due || until_, "aria-label": `${words} ${t("gap_due")}`, "data-gap-due": code, oninput: () => { note("due", until.value); } });
  const what = h("input", { class: "form-control", type: "text", maxLength: 200, value: draft.gaps[code]?.note || "", placeholder: t("gap_note"), "aria-label": `${words} ${t("gap_note")}`, oninput: () => { note("note", what.value); } });
  const note = (name, value) => { draft.gaps[code] = { ...draft.gaps[code], [name]: value }; store(visit); };
  const gap = h("div", { class: "fp-gap", hidden: !(draft.items[code] <= below) }, what, h("label", { class: "fp-field" }, h("span", {}, t("gap_due")), until));
  return h("div", { class: "fp-score" }, h("span", {}, words, must ? h("span", { class: "fr-2" }, ` ${t("at_least", { n: must })}`) : null), h("div", { class: "fr-switch", role: "group", "aria-label": words, "data-item": code }, buttons), camera, strip, gap);
}

function grid(visit, draft) {
  const known = state.pkg.products || [];
  const seen = known.filter(([id]) => draft.lines[id]);
  const rest = known.filter(([id]) => !draft.lines[id]);
  const box = h("div", { class: "fp-grid" }, (seen.length ? seen : known.slice(0, 4)).map((product) => row(visit, draft, product)));
  const pick = h("select", { class: "form-select", "aria-label": t("add_product"), onchange: () => {
    const product = known.find(([id]) => String(id) === pick.value);
    pick.value = "";
    if (product) box.append(row(visit, draft, product));
  } }, h("option", { value: "" }, t("add_product")), rest.map(([id, title, own]) => h("option", { value: id }, own ? title : `${title} (${t("rival")})`)));
  return h("div", {}, box, pick);
}

function row(visit, draft, [id, title, own]) {
  const line = (draft.lines[id] ||= { facings: null, price: null, stock: null, activity: "" });
  const cell = (name, words, mode) => h("label", {}, h("span", {}, words), h("input", { class: "form-control", inputMode: mode, value: line[name] ?? "", maxLength: name === "activity" ? 200 : 10, "aria-label": `${title} ${words}`, oninput: (event) => { line[name] = event.target.value; store(visit); } }));
  return h("fieldset", {}, h("legend", {}, title, own ? null : h("span", { class: "fr-tag" }, t("rival"))), cell("facings", t("facings"), "numeric"), cell("price", t("price"), "decimal"), cell("stock", t("stock"), "numeric"), cell("activity", t("activity"), "text"));
}

const whole = (text) => (/^\d{1,6}$/.test(String(text ?? "").trim()) ? Number(text) : null);
const price = (text) => (/^\d{1,8}(\.\d{1,2})?$/.test(String(text ?? "").trim()) ? String(text).trim() : null);

const itemWords = (code) => labels.check[code] || (state.pkg.parts.standard?.items || []).find(([one]) => one === code)?.[1] || t("store_check");

async function finish(visit, draft, go) {
  const items = Object.entries(draft.items).map(([code, points]) => ({ code, points, note: shortOf(draft, code, points) ? draft.gaps[code]?.note || "" : "", gap_due: shortOf(draft, code, points) ? draft.gaps[code]?.due || "" : "" }));
  const lines = Object.entries(draft.lines).map(([product, line]) => ({ product: Number(product), facings: whole(line.facings), price: price(line.price), stock: whole(line.stock), activity: line.activity || "" }))
    .filter((line) => line.facings !== null || line.price !== null || line.stock !== null || line.activity);
  if (!items.length && !lines.length) { say(t("check_empty"), "bad"); return; }
  const photos = (draft.photos || []).map((photo, place) => ({ ...photo, name: `${itemWords(photo.code)}-${clock(new Date()).replace(":", "")}-${place + 1}.jpg` }));
  const before = [...visit.photos];
  delete visit.draftCheck;
  try {
    await checkStore(visit, items, lines, photos);
  } catch (error) { // the disk was full: what was scored stays on the page
    Object.assign(visit, { draftCheck: draft, photos: before, checked: undefined });
    throw error;
  }
  if (visit.steps.store_check?.done === undefined) markStep(visit, "store_check", { done: true });
  say(t("kept"));
  go(`#/visit/${visit.visit}`);
}
