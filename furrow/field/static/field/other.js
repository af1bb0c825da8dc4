// What is no usual visit: one that cannot be made, one outside the plan, a cold one.
import { button, h, labels, say, t } from "./dom.js";
import { can, customer, dayStops } from "./state.js";
import { cannotVisit } from "./visiting.js";

export function cannotPage(id, go) {
  const stop = dayStops().find((one) => one.customer === id);
  const note = h("input", { class: "form-control", type: "text", maxLength: 300, placeholder: t("note_optional"), "aria-label": t("note_optional") });
  const choose = async (reason) => {
    await cannotVisit(id, stop?.planned ?? null, reason, note.value);
    say(t("cannot_kept", { name: customer(id).name }));
    go("#/");
  };
  return h("main", { class: "fp-main" }, h("section", { class: "fp-sect" }, h("h3", {}, t("cannot_why")), note, h("div", { class: "fp-choices" }, Object.entries(labels.miss).map(([reason, words]) => button("line", words, () => choose(reason), null, { "data-reason": reason })))));
}

// 记一笔: what can be begun at any time.
export function notePage() {
  const tile = (words, sub, href) => h("a", { class: "fp-tile", href }, h("b", {}, words), h("span", { class: "fr-2 fr-t13" }, sub));
  return h("main", { class: "fp-main" }, h("section", { class: "fp-sect fp-tiles" },
    tile(t("extra_visit"), t("extra_visit_sub"), "#/customers"),
    can("order.place") ? tile(t("order"), t("order_sub"), "#/customers/order") : null,
    can("order.ask_release") ? tile(t("held_orders"), t("held_sub"), "#/held") : null,
    can("visit.cannot") ? tile(t("cannot"), t("cannot_sub"), "#/customers/cannot") : null,
    can("customer.add") ? tile(t("new_customer"), t("new_customer_sub"), "#/new") : null,
    can("lead.cold_visit") ? tile(t("cold_visit"), t("cold_visit_sub"), "#/cold") : null));
}
