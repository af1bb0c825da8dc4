// The customer's page by keyboard: [ and ] change the tab, Esc leaves the field being edited.
const typing = (target) => target.matches("input, select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    event.target.closest("[data-inline]")?.querySelector("[data-inline-cancel]").click();
    return;
  }
  if (typing(event.target) || !["[", "]"].includes(event.key)) return;
  const tabs = [...document.querySelectorAll("[data-tabs] a")];
  const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  tabs[(at + (event.key === "]" ? 1 : -1) + tabs.length) % tabs.length]?.click();
});

// The field that replaced a value takes the focus; the pencil that comes back takes it again.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("[data-inline] [autofocus]")?.focus();
});
