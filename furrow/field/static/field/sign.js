// 签收: goods that were not signed for yet, and the customer's signature on the phone, also without a signal (P6.1).
import { signPad } from "../orders/pad.js";
import { answers, can, customer, refresh, send, state } from "./state.js";
import { button, dayWords, facts, h, icon, say, svg, t } from "./dom.js";

const sent = (one) => state.queue.some((item) => item.name === "delivery.sign" && item.state === "waiting" && item.payload.delivery === one.id);
const unsigned = () => (can("delivery.sign") ? (state.pkg?.parts?.deliveries || []).filter((one) => !sent(one)) : []);
const goods = (one) => h("ul", { class: "fr-plain-list" }, one.lines.map(([title, units, unit, gift]) => h("li", { class: "fr-row fr-between" }, h("span", { class: "fr-grow" }, title, gift ? [" ", h("span", { class: "fr-tag" }, t("gift"))] : null), h("b", { class: "fr-num" }, `${units} ${unit}`))));

// On the store's page: what is to be signed for.
export function toSign(id) {
  const found = unsigned().filter((one) => one.of === id);
  return found.length ? h("section", { class: "fp-sect" }, h("h3", {}, t("sign_due")), found.map((one) => h("p", {},
    h("a", { class: "btn btn-line", href: `#/sign/${one.id}`, "data-act": "to-sign" }, icon("edit"), facts(one.number, dayWords(one.day)))))) : null;
}

export function signPage(id, go) {
  const one = unsigned().find((found) => found.id === id);
  if (!one) return h("main", { class: "fp-main" }, h("section", { class: "fp-sect" }, h("p", { class: "fr-2" }, t("sign_done"))));
  const by = h("input", { class: "form-control", name: "signed_by", maxLength: 60, autocomplete: "off" });
  const field = svg("svg", { class: "fp-pad", viewBox: "0 0 300 120", role: "img", "aria-label": t("sign_here") }, svg("path", {}));
  const pad = signPad(field, "", () => {});
  const sign = async () => {
    if (!by.value.trim()) { say(t("sign_who"), "bad"); by.focus(); return; }
    await send("delivery.sign", { delivery: id, signed_by: by.value.trim(), signature: pad.drawn() }, customer(one.of).name);
    say(t("kept"));
    go(`#/customer/${one.of}`);
  };
  return h("main", { class: "fp-main" },
    h("section", { class: "fp-sect" }, h("p", { class: "fr-2 fr-t13 fr-num" }, facts(one.number, dayWords(one.day), one.wishes)), goods(one)),
    h("section", { class: "fp-sect" }, h("label", { class: "fp-field" }, h("span", {}, t("sign_by")), by), h("p", { class: "fr-2 fr-t13" }, t("sign_here")), field),
    h("div", { class: "fr-foot fr-row" }, button("line", t("sign_clear"), pad.clear, "x"), button("primary fr-grow", t("sign"), sign, "check", { "data-act": "sign" })));
}

answers.set("delivery.sign", () => refresh());
