// 下单与放行: an order taken at the counter, held orders, asking for their release and releasing them; all of it also without a signal (P6.1, P6.2).
import { button, facts, h, icon, money, say, t } from "./dom.js";
import { heldOf, part } from "./held.js";
import { can, customer, send, state } from "./state.js";

const MOST = 100000; // units of one line

// At the counter ---------------------------------------------------------------------------------

export function orderLink(id) {
  return can("order.place") && Object.keys(part().list || {}).length ? h("a", { class: "btn btn-line", href: `#/order/${id}`, "data-act": "order" }, icon("clipboard-list"), t("order")) : null;
}

const priceOf = (id, product) => part().prices?.[id]?.[product] ?? part().list?.[product];

export function orderPage(id, go) {
  const wanted = new Map(); // product -> {units, gifts, less}: less is the discount in percent
  const sum = h("span", { class: "fr-grow" });
  const count = () => {
    const total = [...wanted].reduce((all, [product, one]) => all + Math.round(one.units * Number(priceOf(id, product) || 0) * (100 - one.less)) / 100, 0);
    sum.replaceChildren(h("span", { class: "fr-2 fr-t13" }, t("order_about")), " ", h("b", { class: "fr-num" }, money(total)));
  };
  const goods = (state.pkg?.products || []).filter(([product, , own]) => own && priceOf(id, product) !== undefined);
  const rows = goods.map(([product, title]) => goodsRow(product, title, priceOf(id, product), shelfOf(id, title), wanted, count));
  const suggested = part().suggested?.[id] || [];
  const take = () => { for (const [product, units] of suggested) rows.find((row) => row.product === product)?.set(units); };
  const day = h("input", { class: "form-control", type: "date", name: "wanted_on" });
  const note = h("input", { class: "form-control", name: "note", maxLength: 300, autocomplete: "off" });
  const place = async () => {
    const lines = [...wanted].flatMap(([product, one]) => [one.units ? { product, quantity: one.units, discount: String(one.less) } : null, one.gifts ? { product, quantity: one.gifts, gift: true } : null]).filter(Boolean);
    if (!lines.length) { say(t("order_empty"), "bad"); return; }
    const wantedOn = day.value ? new Date(`${day.value}T12:00:00`).toISOString() : null;
    await send("order.place", { customer: id, lines, wanted_on: wantedOn, note: note.value.trim() }, customer(id).name);
    say(t("kept"));
    go(`#/customer/${id}`);
  };
  count();
  return h("main", { class: "fp-main" },
    h("section", { class: "fp-sect" }, suggested.length ? button("line", t("order_suggested", { n: suggested.length }), take, "sparkles", { "data-act": "suggested" }) : null, rows.map((row) => row.drawn)),
    h("section", { class: "fp-sect" }, h("label", { class: "fp-field" }, h("span", {}, t("order_wanted")), day), h("label", { class: "fp-field" }, h("span", {}, t("note_optional")), note)),
    h("div", { class: "fr-foot fr-row" }, sum, button("primary", t("order_place"), place, "check", { "data-act": "place" })));
}

const shelfOf = (id, title) => (customer(id).shelf || []).find(([name]) => name === title);

// One product: units with a step down and up; once some are wanted, its discount and what of it is given as a gift 赠.
function goodsRow(product, title, price, shelf, wanted, count) {
  const one = { units: 0, gifts: 0, less: 0 };
  const keep = () => {
    if (one.units || one.gifts) wanted.set(product, one); else wanted.delete(product);
    terms.hidden = !wanted.has(product);
    count();
  };
  const number = (key, words, most, more) => {
    const field = h("input", { class: "form-control fr-num", autocomplete: "off", "aria-label": t(words, { title }), ...more });
    const set = (value, write = true) => {
      one[key] = Math.min(most, Math.max(0, key === "less" ? Math.round(value * 100) / 100 || 0 : Math.trunc(value) || 0));
      if (write || (key !== "less" && String(one[key]) !== field.value)) field.value = one[key] || "";
      keep();
    };
    field.addEventListener("input", () => set(Number(field.value.replace(/[^\d.]/g, "")), false));
    if (key === "less") field.addEventListener("change", () => set(one.less));
    return { field, set };
  };
  const units = number("units", "order_units", MOST, { inputMode: "numeric", maxLength: 6, "data-product": product });
  const gifts = number("gifts", "order_gifts_of", MOST, { inputMode: "numeric", maxLength: 6, "data-gifts": product });
  const less = number("less", "order_discount_of", 100, { inputMode: "decimal", maxLength: 5, "data-less": product });
  const terms = h("div", { class: "fr-row fp-terms", hidden: true }, h("label", {}, t("order_discount"), less.field), h("label", {}, t("order_gifts"), gifts.field));
  const step = (by, words, iconName) => button("line sq", "", () => units.set(one.units + by), iconName, { "aria-label": words });
  const seen = shelf ? [shelf[1] === null ? "" : `${t("stock")} ${shelf[1]}`, shelf[2] === null ? "" : `${t("sold")} ${shelf[2]}`] : [];
  const drawn = h("div", { class: "fp-goods" }, h("div", { class: "fr-row" },
    h("span", { class: "fr-grow" }, h("b", { class: "fp-two" }, title), h("span", { class: "why fr-num" }, facts(money(price), ...seen))),
    step(-1, t("order_less", { title }), "minus"), units.field, step(1, t("order_more", { title }), "plus")), terms);
  return { product, drawn, set: units.set };
}

// Held orders ------------------------------------------------------------------------------------

const sentFor = (order) => state.queue.find((item) => item.state === "waiting" && item.payload.order === order && item.name.startsWith("order."));
export function heldLink(id) {
  const found = heldOf(id);
  return found.length ? h("section", { class: "fp-sect" }, h("h3", {}, t("held")), found.map((one) => h("p", {}, h("span", { class: "fr-tag bad" }, icon("lock", 14), one.number), " ", one.why)), h("a", { class: "btn btn-line", href: "#/held" }, t("held_see"))) : null;
}

export function heldPage(redraw) {
  const found = part().held || [];
  if (!found.length) return h("main", { class: "fp-main" }, h("section", { class: "fp-sect" }, h("p", { class: "fr-2" }, t("held_none"))));
  return h("main", { class: "fp-main" }, found.map((one) => heldOrder(one, redraw, found.length > 1 ? "line" : "primary")));
}

// With several on the screen no button stands out.
function heldOrder(one, redraw, look) {
  const sent = sentFor(one.id);
  return h("section", { class: "fp-sect", "data-held": one.id }, h("h3", { class: "fr-row fr-between" }, h("span", { class: "fr-cut fr-grow" }, one.customer), h("span", { class: "fr-num" }, money(one.gross))),
    h("p", { class: "fr-2 fr-t13 fr-num" }, one.number),
    h("p", {}, h("span", { class: "fr-tag bad" }, icon("lock", 14), t("held")), " ", one.why),
    one.asked ? h("p", {}, t("held_asked", { who: one.asked_by, why: one.asked })) : null,
    sent ? h("p", { class: "fr-2" }, t("held_sent")) : act(one, redraw, look));
}

function act(one, redraw, look) {
  const releases = part().release && !one.mine && can("order.release");
  if (!releases && (one.asked || !can("order.ask_release"))) return one.asked ? h("p", { class: "fr-2" }, t("held_waits")) : null;
  const reason = h("input", { class: "form-control", maxLength: 200, autocomplete: "off", name: "reason" });
  const post = async (name, more) => {
    if (!reason.value.trim()) { say(t("reason_needed"), "bad"); reason.focus(); return; }
    await send(name, { order: one.id, reason: reason.value.trim(), ...more }, one.customer);
    say(t("kept"));
    redraw();
  };
  const decide = (release) => () => post("order.release", { release, amount: one.gross });
  return h("div", {}, h("label", { class: "fp-field" }, h("span", {}, t(releases ? "reason" : "reason_why")), reason), h("div", { class: "fr-row fp-acts" }, releases
    ? [button("line", t("refuse"), decide(false), "x", { "data-act": "refuse" }), button(`${look} fr-grow`, t("release"), decide(true), "lock-open", { "data-act": "release" })]
    : button(`${look} fr-grow`, t("ask_release"), () => post("order.ask_release", {}), "message-2", { "data-act": "ask-release" })));
}
