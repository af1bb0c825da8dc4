// What is done at a shop: photos, checks, check-out, a visit that cannot be made, a shop that is new.
import { clock, labels, say, t } from "./dom.js";
import { Outbox } from "./outbox.js";
import { shrink } from "./photos.js";
import { soon, whereNow } from "./places.js";
import { changed, full, keep, nameOf, post, postAll, sendWritten, state, today } from "./state.js";

export async function checkOut(visit) {
  const fix = await soon(whereNow());
  const changes = [...visit.changed];
  visit.ended_at = new Date().toISOString();
  try {
    await sendWritten("visit.check_out", visit, { ended_at: visit.ended_at, fix });
  } catch (error) { // the disk was full: the visit goes on, nothing typed is lost
    Object.assign(visit, { ended_at: null, changed: changes });
    throw error;
  }
  changed();
}

export async function addPhoto(visit, file, kind) {
  const small = await shrink(file);
  if (!small) { say(t("not_a_photo"), "bad"); return null; }
  const photo = { id: crypto.randomUUID(), blob: small.blob };
  visit.photos.push({ id: photo.id, thumb: small.thumb, kind });
  const name = `${labels.steps[kind] || t("photo")}-${clock(new Date()).replace(":", "")}.jpg`;
  await post("photo.attach", { visit: visit.visit, photo: photo.id, name }, { visit, photo, about: nameOf(visit.customer) });
  return photo;
}

// A spoken note or another file that needs no picture in the page.
export async function addNote(visit, blob, name) {
  const photo = { id: crypto.randomUUID(), blob };
  visit.notes = [...(visit.notes || []), name];
  await post("photo.attach", { visit: visit.visit, photo: photo.id, name }, { visit, photo, about: nameOf(visit.customer) });
}

export async function cannotVisit(id, planned, reason, note) {
  state.missed.push({ customer: id, date: today(), reason });
  await keep("missed", state.missed.slice(-100));
  await post("visit.cannot", { customer: id, planned, reason, note }, { about: nameOf(id) });
}

// A photo of what is scored lies on the disk at once; it goes on its way with the store check.
export async function itemPhoto(visit, code, file) {
  const small = await shrink(file);
  if (!small) { say(t("not_a_photo"), "bad"); return null; }
  const photo = { id: crypto.randomUUID(), code, thumb: small.thumb };
  const before = visit.draftCheck.photos || [];
  visit.draftCheck.photos = [...before, photo];
  await state.keeper.during(state.base.write(["visits", "photos"], (open) => {
    open("visits").put(visit);
    open("photos").put(small.blob, photo.id);
  })).catch((error) => { visit.draftCheck.photos = before; full(error); });
  return photo;
}

export async function checkStore(visit, items, lines, photos) {
  const about = nameOf(visit.customer);
  visit.checked = { items: Object.fromEntries(items.map((item) => [item.code, item.points])), lines: lines.length };
  visit.photos.push(...photos.map(({ id, thumb }) => ({ id, thumb, kind: "store_check" })));
  const check = Outbox.message("store.check", { customer: visit.customer, visit: visit.visit, items, lines }, { about });
  const attached = photos.map(({ id, code, name }) => Outbox.message("photo.attach", { visit: visit.visit, photo: id, name, ...(code in visit.checked.items ? { check: check.id, item: code } : {}) }, { about }));
  await postAll([check, ...attached], { visit });
}

// A message about a visit that goes beside its card.
export const sendVisit = (name, visit, payload) => post(name, { customer: visit.customer, visit: visit.visit, ...payload }, { visit, about: nameOf(visit.customer) });

export async function closeGap(id, item) {
  state.closedGaps.add(item);
  await keep("closedGaps", [...state.closedGaps].slice(-200));
  await post("gap.close", { item }, { about: nameOf(id) });
}

// A cold visit or a new customer with its files.
export async function sendNew(command, payload, files, about) {
  const visit = Outbox.message(command, payload, { about });
  const key = command === "customer.add" ? "added" : "cold";
  const attached = files.map((file) => Outbox.message("photo.attach", { [key]: visit.id, photo: file.id, name: file.name }, { about }));
  await postAll([visit, ...attached], { files });
}

// [id, name] of the customers on this phone with the same name or phone. Whoever else may be the same, the server asks.
export function customersNamed(name, phone) {
  const [wanted, number] = [name.trim().toLowerCase(), phone.trim()];
  return Object.entries(state.pkg?.customers || {}).filter(([, one]) => one.name.toLowerCase() === wanted || (number && one.phone.includes(number))).map(([id, one]) => [Number(id), one.name]);
}
