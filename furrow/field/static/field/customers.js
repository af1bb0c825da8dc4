// Customers on this phone: planned ones first, found by name, code or phone.
import { grade, h, icon, t } from "./dom.js";
import { state } from "./state.js";

const SHOWN = 60;

export function customersPage(then = "customer") {
  const box = h("ol", { class: "fp-stops" });
  const all = Object.entries(state.pkg?.customers || {});
  const show = (text) => {
    const wanted = text.trim().toLowerCase();
    const found = all.filter(([, one]) => !wanted || `${one.name} ${one.code} ${one.phone}`.toLowerCase().includes(wanted));
    box.replaceChildren(...found.slice(0, SHOWN).map(([id, one]) => h("li", {}, h("a", { href: `#/${then}/${id}` }, grade(one.grade), h("span", { class: "fr-grow" }, h("span", { class: "nm" }, h("b", { class: "fr-cut fr-grow" }, one.name)), h("span", { class: "why fr-cut" }, one.address || one.code))))));
    if (!found.length) box.replaceChildren(h("li", { class: "fp-none fr-2" }, t("none_found")));
  };
  const input = h("input", { class: "form-control", type: "search", placeholder: t("find_customer"), "aria-label": t("find_customer"), oninput: () => show(input.value) });
  show("");
  return h("main", { class: "fp-main" }, h("div", { class: "fp-find" }, icon("search"), input), box);
}
