// Pieces that several pages show: the way to a customer, the call, the goal.
import { h, icon, t } from "./dom.js";
import { driveLinks } from "./places.js";
import { goalText } from "./state.js";

// The first of several numbers.
export function phoneLink(phone, words) {
  return phone ? h("a", { class: "btn btn-line sq", href: `tel:${phone.split(/[、/;；,， ]/)[0]}`, "aria-label": words }, icon("phone")) : null;
}

export function goalLine(id) {
  const text = goalText(id);
  return text ? h("p", { class: "fp-goal" }, `${t("goal")}${t("colon")}${text}`) : null;
}

export function driveMenu(known) {
  const links = driveLinks(known);
  if (!links.length) return null;
  return h("details", { class: "fp-menu" }, h("summary", { class: "btn btn-line" }, icon("navigation"), t("navigate")),
    h("div", { class: "pop" }, links.map(([name, href]) => h("a", { class: "fr-item", href, target: "_blank", rel: "noopener noreferrer", "data-map": name }, t(`map_${name}`)))));
}
