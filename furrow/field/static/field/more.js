// More: to the desk, language, the notice about positions, the new version.
import { button, h, icon, say, t } from "./dom.js";
import { isDark, setDark } from "./early.js";
import { can, refresh, send, state } from "./state.js";

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

// The other language needs the server once; the shell of this version is then kept in it.
async function speak(language) {
  try {
    await fetch("/language/", { method: "POST", body: new URLSearchParams({ language, next: "/healthz" }), headers: { "X-CSRFToken": cookie("csrftoken") } });
    const page = await fetch("/field/?bare", { cache: "reload" });
    for (const name of await caches.keys()) if (name.startsWith("furrow-") && page.ok) await (await caches.open(name)).put("/field/", page.clone());
    await refresh();
    location.reload();
  } catch {
    say(t("language_needs_net"), "bad");
  }
}

export function morePage(redraw) {
  const { positions } = state.pkg || {};
  return h("main", { class: "fp-main" },
    positions?.shown && !positions.told && can("positions.told") ? h("section", { class: "fp-sect" }, h("h3", {}, t("positions")), h("p", {}, t("positions_text")), button("line", t("positions_read"), async () => { state.pkg.positions.told = true; await send("positions.told", {}, ""); redraw(); }, "eye")) : null,
    h("section", { class: "fp-sect fp-list" },
      h("a", { class: "fr-item", href: "#/phone" }, icon("device-mobile"), t("on_this_phone")),
      h("a", { class: "fr-item", href: "/" }, icon("external-link"), t("to_desk")),
      h("button", { type: "button", class: "fr-item", "data-act": "theme", onclick: () => { setDark(!isDark()); redraw(); } }, icon("eye"), t(isDark() ? "theme_light" : "theme_dark")),
      h("button", { type: "button", class: "fr-item", onclick: () => speak("zh-hans") }, icon("language"), "简体中文"),
      h("button", { type: "button", class: "fr-item", onclick: () => speak("en") }, icon("language"), "English")));
}
