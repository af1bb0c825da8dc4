// The frame of every page: Ctrl-K, menus, messages, HTMX's token and waiting signs.

// HTMX: Django's token with every changing request; a sign for requests that take longer than 300 ms.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const request = event.detail.ctx.request;
  if (token && !/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = token.value;
});
const polls = (ctx) => (ctx.sourceElement.getAttribute("hx-trigger") || "").includes("every");
let waiting = 0;
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (polls(ctx)) return;
  ctx.waits = true;
  waiting += 1;
  document.body.classList.add("fr-busy");
  if (ctx.target instanceof Element) ctx.target.classList.add("fr-wait");
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.waits) return;
  waiting -= 1;
  if (!waiting) document.body.classList.remove("fr-busy");
  if (ctx.target instanceof Element) ctx.target.classList.remove("fr-wait");
});

// A page that loads itself anew when its user is already on the way elsewhere would take the click back. So it waits, and is gone by then;
// after a download, which leaves the page standing, it loads anew all the same.
const LEAVING_MS = 5000;
let left = -LEAVING_MS;
addEventListener("beforeunload", () => { left = performance.now(); });
document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.hx.refresh !== "true" || performance.now() - left > LEAVING_MS) return;
  event.preventDefault();
  setTimeout(() => location.reload(), LEAVING_MS);
});

// A bar of tabs wider than the phone shows where one is.
for (const tab of document.querySelectorAll(".fr-tabs [aria-current]")) {
  const bar = tab.closest(".fr-tabs");
  bar.scrollLeft += tab.getBoundingClientRect().left - bar.getBoundingClientRect().left - (bar.clientWidth - tab.offsetWidth) / 2;
}

// The bar of actions at the foot of the phone may take two rows: what stands above it keeps clear of it.
const actions = document.querySelector(".fr-actions");
if (actions) new ResizeObserver(() => document.body.style.setProperty("--bar", `${actions.offsetHeight}px`)).observe(actions);

// Menus close by Esc, by a click elsewhere and when another one opens.
const openMenus = () => document.querySelectorAll("details.fr-menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  const close = event.target.closest("[data-close]");
  if (!close) return;
  close.closest("dialog")?.close();
  close.closest("[data-flash]")?.remove();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Messages without an action go after 8 seconds; those with one stay until answered.
const settle = (flash) => {
  if (flash.querySelector(".go") || flash.classList.contains("bad")) return;
  setTimeout(() => flash.remove(), 8000);
};
const flashes = document.getElementById("flashes");
flashes.querySelectorAll("[data-flash]").forEach(settle);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-flash]")) settle(node);
}).observe(flashes, { childList: true });

// Forms that apply themselves: <select data-submit>
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// The list of keys: by "?" and from the user's menu
const keys = document.getElementById("keys");
document.addEventListener("click", (event) => {
  if (event.target === keys) keys.close();
  if (!event.target.closest("[data-keys]")) return;
  for (const menu of openMenus()) menu.open = false;
  keys.showModal();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (!event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) keys.showModal();
});

// Ctrl-K
const palette = document.getElementById("palette");
const input = palette.querySelector("input");
const found = palette.querySelector("[role=listbox]");
let asked = 0;
let timer = 0;

function options() {
  return [...found.querySelectorAll("[role=option]")];
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

async function ask() {
  const turn = ++asked;
  const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(input.value)}`, {
    headers: { "HX-Request": "true" },
  }).catch(() => null);
  if (turn !== asked || !answer?.ok) return;
  found.innerHTML = await answer.text();
  choose(options()[0]);
}

function open() {
  for (const menu of openMenus()) menu.open = false;
  if (palette.open) return;
  input.value = "";
  palette.showModal();
  input.focus();
  ask();
}

function step(by) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (all.length) choose(all[(at + by + all.length) % all.length]);
}

// A form is sent once: a second click while the answer is on its way does nothing. Downloads leave the page where it is, hence the end.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 3000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) {
    event.preventDefault();
    open();
  }
  if (event.target === palette) palette.close();
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  }
});
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 120);
});
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    found.querySelector("[aria-selected=true]")?.click();
  }
});
