// Elements without strings of HTML, words, dates, and a fence around each panel.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const given = read("words");
export const config = given;
export const labels = {};

// What only the other pages say stands behind this script, so that the day need not wait for it; read when it has come.
export function readRest() {
  const rest = read("rest");
  Object.assign(given.words, rest.words);
  Object.assign(labels, rest.labels);
}

// A word of the app with its places filled in: t("n_waiting", {n: 3}).
export function t(key, places = {}) {
  const text = given.words[key] ?? key;
  return text.replace(/%\((\w+)\)s/g, (_whole, name) => places[name] ?? "");
}

export function h(tag, props, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (name in made && name !== "list" && name !== "form") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, props, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props || {})) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}

export function icon(name, size = 20) {
  return svg("svg", { class: "i", width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.75, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));
}

export const dot = () => h("span", { class: "fr-dot" }, " ");
export const facts = (...parts) => parts.filter((part) => part || part === 0).flatMap((part, place) => (place ? [dot(), part] : [part]));
export const grade = (letter, size = "") => h("span", { class: `fr-grade ${(letter || "none").toLowerCase()} ${size}`, title: letter ? t("grade", { letter }) : t("not_graded") }, letter || "—");
export const button = (kind, words, act, iconName, more = {}) => h("button", { type: "button", class: `btn btn-${kind}`, onclick: act, ...more }, iconName ? icon(iconName) : null, words);

// A panel that breaks says so and leaves the others alone.
export function fence(name, make) {
  const broken = (error) => {
    console.warn(`panel ${name}`, error);
    return h("section", { class: "fp-sect fp-broken" }, h("p", { class: "fr-2" }, t("panel_broke")));
  };
  try {
    if (globalThis.furrowBreak === name) throw new Error("asked to break");
    const made = make();
    if (made instanceof Promise) {
      const place = h("div", {});
      made.then((found) => place.replaceWith(found || h("div", {})), (error) => place.replaceWith(broken(error)));
      return place;
    }
    return made;
  } catch (error) {
    return broken(error);
  }
}

let timer = 0;
export function say(text, kind = "") {
  const place = document.getElementById("said");
  place.className = `fp-said show ${kind}`;
  place.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { place.className = "fp-said"; place.textContent = ""; }, 5000);
}

const two = (number) => String(number).padStart(2, "0");
export const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
export const clock = (at) => { const date = new Date(at); return `${two(date.getHours())}:${two(date.getMinutes())}`; };
export function dayWords(text) {
  const date = new Date(text.length === 10 ? `${text}T12:00:00` : text);
  if (given.language.startsWith("zh")) return `${date.getMonth() + 1}月${date.getDate()}日（周${"日一二三四五六"[date.getDay()]}）`;
  return date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });
}
const format = (digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: 2 });
let whole = null; // made once: a slow phone takes long over each
let cents = null;
const exact = (number) => (Number.isInteger(number) ? (whole ||= format(0)) : (cents ||= format(2))).format(number);
export const money = (amount) => `¥${exact(Number(amount))}`;
// On a card: 万元 and 亿元 in Chinese, K in English.
export function moneyShort(amount) {
  const number = Number(amount);
  if (given.language.startsWith("zh")) {
    if (number < 10000) return money(number);
    return number < 1e8 ? `${(number / 10000).toFixed(1)} 万元` : `${(number / 1e8).toFixed(2)} 亿元`;
  }
  return number < 1000 ? money(number) : `¥${(number / 1000).toFixed(number < 100000 ? 1 : 0)}K`;
}
export const minutes = (from, to) => Math.max(0, Math.round((new Date(to) - new Date(from)) / 60000));
