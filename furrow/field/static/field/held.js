// Orders that are held: the line in the day's list, and what the server answers to an order from this phone (P6.1, P6.2).
import { money, say, t } from "./dom.js";
import { answers, refresh, state } from "./state.js";

export const part = () => state.pkg?.parts?.orders || {};
const needsMe = (one) => (part().release ? !one.mine : !one.asked);
export const heldOf = (id) => (part().held || []).filter((one) => one.of === id);

// For the day's list of what is due: [icon, address, words, sub] or null.
export function heldLine() {
  const found = (part().held || []).filter(needsMe);
  return found.length ? ["lock", "#/held", t("held_n", { n: found.length }), found.map((one) => one.customer).slice(0, 3).join(t("comma"))] : null;
}

// What the server answered: a held order says so at once, and the held ones are fetched anew.
function told(answer) {
  say(answer.status === "held" ? t("order_held", { number: answer.number, why: answer.hold }) : t("order_taken", { number: answer.number, sum: money(answer.gross) }), answer.status === "held" ? "bad" : "");
  refresh();
}
answers.set("order.place", told);
for (const name of ["order.ask_release", "order.release"]) answers.set(name, () => refresh());
