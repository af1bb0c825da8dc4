// A new version of the app: told, and put in place only when asked.
import { button, h, t } from "./dom.js";

let waitingWorker = null;
export function hearUpdates(draw) {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register("/field/sw.js", { scope: "/field/", updateViaCache: "none" }).then((found) => {
    const look = () => { if (found.waiting && navigator.serviceWorker.controller) { waitingWorker = found.waiting; draw(); } };
    look();
    found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", look));
    setInterval(() => found.update().catch(() => {}), 30 * 60 * 1000);
  }).catch(() => {});
  let reloaded = !navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (reloaded) { reloaded = false; return; } location.reload(); });
}

// Honest: the new version is there, what is written stays, and nothing changes before the tap.
export function updateBar() {
  return waitingWorker && h("div", { class: "fp-update", role: "status" }, h("span", { class: "fr-grow" }, t("update_there")), button("line", t("update_now"), () => waitingWorker.postMessage("update"), "refresh"));
}
