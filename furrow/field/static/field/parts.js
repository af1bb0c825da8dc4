// Pieces that several pages show: the way to a customer, the call, the goal.
import { clock, h, icon, t } from "./dom.js";
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

// Hours in which money is not asked for; marked while they run, also over midnight.
export function hoursNotToAsk(owed) {
  if (!owed.avoid) return null;
  const [from, until] = owed.avoid;
  const now = clock(new Date());
  const runs = from <= until ? from <= now && now < until : now >= from || now < until;
  return h("p", { class: "fr-t13", "data-part": "ask-not" }, runs ? h("span", { class: "fr-tag note" }, icon("clock", 14), t("ask_not_now", { from, until })) : h("span", { class: "fr-2" }, t("ask_not", { from, until })));
}

export function driveMenu(known) {
  const links = driveLinks(known);
  if (!links.length) return null;
  return h("details", { class: "fp-menu" }, h("summary", { class: "btn btn-line" }, icon("navigation"), t("navigate")),
    h("div", { class: "pop" }, links.map(([name, href]) => h("a", { class: "fr-item", href, target: "_blank", rel: "noopener noreferrer", "data-map": name }, t(`map_${name}`)))));
}
