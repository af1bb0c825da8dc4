// How this phone stands with the server, in one word at the head of every page.
import { clock, h, icon, t } from "./dom.js";
import { conflicts, refused, state, waiting } from "./state.js";

export function syncTag() {
  const wait = waiting().length;
  const bad = conflicts().length + refused().length;
  const { kind, at } = state.sync;
  const [look, iconName, words] = bad ? ["bad", "alert-triangle", t("n_problems", { n: bad })]
    : kind === "signin" ? ["note", "login", t("sign_in_again")]
      : kind === "offline" || !navigator.onLine ? ["note", "cloud-off", wait ? t("offline_n", { n: wait }) : t("offline")]
        : wait ? ["", "cloud-up", t("sending_n", { n: wait })]
          : ["ok", "cloud-check", at ? t("synced_at", { time: clock(at) }) : t("synced_not_yet")];
  return h("a", { class: `fr-tag fp-sync ${look}`, href: "#/phone", "data-sync": kind, "data-waiting": wait }, icon(iconName, 14), words);
}
