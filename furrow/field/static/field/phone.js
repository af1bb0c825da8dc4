// 手机上的数据: what waits, what was refused and why, what clashes side by side, how much lies here, and from when.
import { decide, discard, retry } from "./deciding.js";
import { button, clock, config, dayWords, fence, h, icon, say, t } from "./dom.js";
import { conflicts, refresh, refused, signIn, state, waiting } from "./state.js";

export function phonePage(redraw) {
  return h("main", { class: "fp-main" },
    fence("state", () => standing(redraw)),
    fence("conflicts", () => conflicts().map((item) => conflict(item))),
    fence("refused", () => refusals()),
    fence("waiting", () => queue()),
    fence("held", () => held()));
}

function standing(redraw) {
  const { kind, at } = state.sync;
  const words = kind === "signin" ? t("signin_keeps") : kind === "offline" || !navigator.onLine ? t("offline_keeps") : t("online_now");
  return h("section", { class: "fp-sect" }, h("p", {}, words), at ? h("p", { class: "fr-2" }, `${t("last_sync")}${t("colon")}${dayWords(at)} ${clock(at)}`) : null,
    h("div", { class: "fr-row fp-acts" }, button("line", t("send_now"), async () => { await state.outbox.drain(); await refresh(); redraw(); }, "refresh", { "data-act": "send-now" }),
      kind === "signin" ? h("a", { class: "btn btn-primary", href: "/sign-in/?next=/field/" }, icon("login"), t("sign_in")) : null,
      kind === "signin" ? button("quiet", t("signed_in_already"), async () => { await signIn(); redraw(); }) : null));
}

const titleOf = (item) => `${t(`do_${item.name.replace(".", "_")}`)} ${item.about || ""}`;

function conflict(item) {
  const keep = {};
  const rows = (item.clashes || []).map((clash) => {
    keep[clash.name] = true;
    const side = (mine, words, text) => h("button", { type: "button", "aria-pressed": String(mine), onclick: (event) => {
      keep[clash.name] = mine;
      for (const one of event.currentTarget.parentNode.children) one.setAttribute("aria-pressed", String(one === event.currentTarget));
    } }, h("small", {}, words), h("span", {}, text || "—"));
    return h("div", { class: "fp-clash" }, h("b", {}, clash.label), h("div", { class: "fp-sides" }, side(true, t("on_phone"), clash.mine), side(false, t("at_desk"), clash.theirs)));
  });
  return h("section", { class: "fp-sect" }, h("h3", {}, icon("alert-triangle"), " ", titleOf(item)), h("p", { class: "fr-2" }, item.reason), rows, button("primary", t("keep_chosen"), () => decide(item, keep), "check", { "data-act": "decide" }));
}

function refusals() {
  const items = refused();
  if (!items.length) return null;
  return h("section", { class: "fp-sect" }, h("h3", {}, t("refused")), items.map((item) => h("div", { class: "fp-refused" }, h("b", {}, titleOf(item)), h("p", { class: "fr-bad" }, item.reason), h("p", { class: "fr-2 fr-t13" }, `${dayWords(item.at)} ${clock(item.at)}`),
    h("div", { class: "fr-row fp-acts" }, button("line", t("try_again"), () => retry(item), "refresh"), button("quiet", t("discard"), (event) => sure(event, () => discard(item)), "trash")))));
}

// A second tap on the changed button does it: no dialogue blocks the way.
function sure(event, work) {
  const asked = event.currentTarget;
  if (asked.dataset.sure) { work(); say(t("discarded")); return; }
  asked.dataset.sure = "yes";
  asked.append(` ${t("for_good")}`);
}

function queue() {
  const items = waiting();
  if (!items.length) return h("section", { class: "fp-sect" }, h("p", { class: "fr-2" }, t("nothing_waits")));
  return h("section", { class: "fp-sect" }, h("h3", {}, t("waiting_n", { n: items.length })), h("ol", { class: "fp-list" }, items.map((item) => h("li", {}, h("span", { class: "fr-grow" }, titleOf(item)), h("span", { class: "fr-2 fr-num" }, clock(item.at))))));
}

async function held() {
  const size = state.pkg ? new Blob([JSON.stringify(state.pkg)]).size : 0;
  const room = await navigator.storage?.estimate?.();
  const facts = [[t("package"), state.pkg ? `${Math.round(size / 1024)} KB` : "—"], [t("package_from"), state.pkg ? `${dayWords(state.pkg.made_at)} ${clock(state.pkg.made_at)}` : "—"], [t("customers_here"), Object.keys(state.pkg?.customers || {}).length],
    [t("visits_here"), state.visits.size], [t("room"), room?.quota ? t("room_of", { used: Math.round(room.usage / 1048576), all: Math.round(room.quota / 1048576) }) : "—"], [t("version"), config.version], [t("person"), state.me?.name || "—"]];
  return h("section", { class: "fp-sect" }, h("h3", {}, t("on_this_phone")), h("dl", { class: "fr-kv ends" }, facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])));
}
