// What the server refused or set against something else: sent again, dropped, or decided field by field.
import { Outbox } from "./outbox.js";
import { changed, recount, SPLIT, state, store } from "./state.js";

export async function retry(item) {
  const { seq, ...rest } = item;
  await replace(item, { ...rest, id: crypto.randomUUID(), state: "waiting", tries: 0, reason: "" });
}

// What leans on the message leans on its next delivery.
async function replace(item, again) {
  const leaning = state.queue.filter((one) => Outbox.leansOn(one) === item.id).map((one) => Outbox.leaning(one, again.id));
  await state.base.write(["outbox"], (open) => {
    open("outbox").delete(item.seq);
    open("outbox").add(again);
    for (const one of leaning) open("outbox").put(one);
  });
  await follow(item, again);
}

export async function discard(item) {
  const gone = [item, ...state.queue.filter((one) => Outbox.leansOn(one) === item.id)];
  await state.base.write(["outbox", "photos"], (open) => {
    for (const one of gone) {
      open("outbox").delete(one.seq);
      if (one.payload.photo) open("photos").delete(one.payload.photo);
    }
  });
  await recount();
  changed();
}

// A conflict is decided field by field; what was chosen goes again, upon the version that was shown.
export async function decide(item, keepMine) {
  const payload = { ...item.payload };
  if (item.name === "customer.add") { // another shop, or the one that is there
    if (!keepMine.name) { await discard(item); return; }
    payload.anyway = true;
  }
  payload.decided = true;
  const visit = state.visits.get(payload.visit);
  for (const clash of item.clashes || []) {
    if (keepMine[clash.name]) continue;
    delete payload[clash.name];
    if (visit) visit.values[clash.name] = clash.theirs;
  }
  if ((item.clashes || []).some((clash) => SPLIT.includes(clash.name) && !keepMine[clash.name])) SPLIT.forEach((part) => delete payload[part]);
  const again = { ...item, id: crypto.randomUUID(), payload, after: null, base: item.version, state: "waiting", tries: 0, reason: "", clashes: undefined };
  delete again.seq;
  await replace(item, again);
}

async function follow(item, again) {
  const visit = state.visits.get(item.payload.visit);
  if (visit && visit.last === item.id) { visit.last = again.id; await store(visit); }
  await recount();
  changed();
  state.outbox.drain();
}
