// What the app knows, and every change of it. A change and the message that tells the server of it are written together or not at all.
import { ask, awaitToken, register, setToken } from "./api.js";
import { eraseDb, openPerson } from "./db.js";
import { dayOf, say, t } from "./dom.js";
import { deviceId, early, given, markPhone } from "./early.js";
import { Keeper } from "./keeping.js";
import { Outbox } from "./outbox.js";
import { meters, soon, whereNow } from "./places.js";

export const state = { me: null, pkg: null, visits: new Map(), missed: [], queue: [], prep: { date: "", of: {} }, closedGaps: new Set(), matters: { own: [], closed: [] }, charts: {}, doctor: { own: [], moved: {} }, sync: { kind: "idle", at: null }, base: null, outbox: null, keeper: null };
const REFRESH = 10 * 60 * 1000;
let device;
let draw = () => {};
export const onChange = (work) => { draw = work; };
export const changed = () => draw();
export const answers = new Map(); // message -> what a module does with the server's answer to it

// Beginning --------------------------------------------------------------------------------------

let opened;
const opening = new Promise((done) => { opened = done; }); // what is tapped before this person's store is open waits for it

export async function begin() {
  if (given) show(given);
  const { me, answer, ...found } = await early();
  device = found.device;
  let fresh = false;
  if (me) {
    await enter(me);
    changed();
  } else if (given) fresh = await welcome(answer);
  else fresh = Boolean(await admit(await answer));
  window.addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
  setInterval(() => { if (!document.hidden) refresh(); }, REFRESH);
  navigator.storage?.persist?.();
  wake(fresh);
}

async function enter(me) {
  state.me = me;
  setToken(me.token);
  state.base?.close();
  state.base = await openPerson(me.id);
  state.outbox = new Outbox(state.base, heard);
  const kept = ["package", "sync", "missed", "prep", "closedGaps", "matters", "charts", "doctor"].map((name) => state.base.get("kept", name));
  const [pkg, at, missed, prep, closed, matters, charts, doctor, visits, queue] = await Promise.all([...kept, state.base.all("visits"), state.outbox.items()]);
  Object.assign(state, { pkg: pkg || null, missed: missed || [], prep: prep || state.prep, closedGaps: new Set(closed || []), matters: matters || { own: [], closed: [] }, charts: charts || {}, doctor: doctor || { own: [], moved: {} }, queue, visits: new Map(visits.map((visit) => [visit.visit, visit])) });
  state.sync.at = at || null;
  state.keeper = new Keeper(state.base, fullSaid);
  state.keeper.mark();
  markPhone(true);
  opened();
}

// The day came with the shell: it is shown before anything else is done.
function show({ user, package: pkg }) {
  Object.assign(state, { me: { ...user, token: "" }, pkg });
  state.sync.at = new Date().toISOString();
  changed();
}

// The day that is shown is kept and can be worked on; the token follows.
async function welcome(answer) {
  const { me, pkg, sync: { at } } = state;
  await enter(me);
  state.pkg = pkg;
  state.sync.at = at;
  awaitToken(answer.then(admit).catch(() => {})); // without one, what is sent is answered "sign in again"
  if (state.visits.size || state.queue.length || state.missed.length) changed();
  keepDay(onTheWay());
  return true;
}

// Makes this browser a phone of whoever is signed in at the desk; null when nobody is.
export const signIn = async () => admit(await register(await deviceId(device)));

async function admit(answer) {
  if (answer.kind !== "ok" || !answer.data.token) {
    state.sync.kind = answer.kind === "offline" ? "offline" : answer.status === 403 && answer.data.reason ? "forbidden" : "signin";
    changed();
    return null;
  }
  const me = { id: answer.data.user.id, name: answer.data.user.name, token: answer.data.token };
  await device.put("self", me, "me");
  const as = `${state.me?.id} ${state.sync.kind}`;
  if (state.me?.id === me.id) {
    state.me = me;
    setToken(me.token);
  } else await enter(me);
  state.sync.kind = "idle";
  if (answer.data.package) await took(answer.data.package);
  else if (as !== `${me.id} idle`) changed(); // a page in use is not drawn anew for nothing
  return me;
}

async function wake(fresh = false) {
  if (!state.me) return;
  if (state.sync.kind === "signin" || (!state.me.token && !fresh)) fresh = Boolean(await signIn());
  await state.outbox.drain();
  if (!fresh) await refresh();
}

export async function refresh() {
  if (!state.me) return;
  const under = onTheWay();
  const answer = await ask("GET", "package/");
  if (answer.kind === "ok" && answer.data.customers) { await took(answer.data, under); return; }
  await heard(answer.kind, null, answer.data);
  changed();
}

// What was on its way when the server was asked stands in no answer of its yet: what is kept of it here stays.
const onTheWay = () => ({ charts: state.queue.some((item) => item.name === "chart.save"), doctor: state.queue.some((item) => item.name.startsWith("doctor.")) });

// The data of the day are shown at once and kept at once.
async function took(pkg, under = onTheWay()) {
  state.pkg = pkg;
  state.sync = { kind: "idle", at: new Date().toISOString() };
  changed();
  await keepDay(under);
}

async function keepDay(under) {
  await keep("package", state.pkg);
  await keep("sync", state.sync.at);
  if (!under.charts) { state.charts = {}; await keep("charts", {}); }
  if (!under.doctor) { state.doctor = { own: [], moved: {} }; await keep("doctor", state.doctor); }
  await forgetOld();
}

export const keep = (name, value) => state.base.put("kept", value, name).catch(full);

// Visits that are two weeks old and have arrived whole need not stay on the phone.
async function forgetOld() {
  const limit = Date.now() - 14 * 24 * 3600 * 1000;
  const waiting = new Set(state.queue.map((item) => item.payload.visit));
  for (const visit of [...state.visits.values()]) {
    if (visit.ended_at && new Date(visit.ended_at) < limit && !waiting.has(visit.visit)) {
      state.visits.delete(visit.visit);
      await state.base.remove("visits", visit.visit);
    }
  }
}

// What the outbox says ---------------------------------------------------------------------------

export async function recount() { state.queue = state.outbox ? await state.outbox.items() : []; }

async function heard(event, item, data) {
  if (event === "wiped") { await erase(data?.reason); return; }
  if (["syncing", "offline", "signin", "idle"].includes(event)) state.sync.kind = event;
  if (event === "accepted") {
    state.sync.at = new Date().toISOString();
    await keep("sync", state.sync.at);
    const visit = state.visits.get(item.payload.visit);
    if (visit && item.name.startsWith("visit.")) { visit.version = data.version; await store(visit); }
    answers.get(item.name)?.(data);
  }
  await recount();
  changed();
}

async function erase(reason) {
  const { id } = state.me;
  state.keeper.stop();
  state.base.close();
  await device.remove("self", "me");
  markPhone(false);
  await eraseDb(`furrow-${id}`);
  Object.assign(state, { me: null, pkg: null, visits: new Map(), missed: [], queue: [], base: null, outbox: null, keeper: null });
  state.sync = { kind: "wiped", at: null, reason };
  changed();
}

const fullSaid = (error) => say(error?.name === "QuotaExceededError" ? t("disk_full") : t("not_kept"), "bad");
export function full(error) {
  fullSaid(error);
  throw error;
}

// Writes a message with what it belongs to; nothing is said to be done before both are on the disk.
export async function post(name, payload, { visit = null, photo = null, after = null, base = null, about = "" } = {}) {
  const message = Outbox.message(name, payload, { after, base, about });
  if (visit && name.startsWith("visit.")) visit.last = message.id; // the next one follows upon this one
  await postAll([message], { visit, files: photo ? [photo] : [] });
  return message;
}

// Several messages with what they belong to: all of it is on the disk, or none.
export async function postAll(messages, { visit = null, files = [] } = {}) {
  await state.keeper.during(state.base.write(["visits", "outbox", "photos"], (open) => {
    for (const message of messages) open("outbox").add(message);
    if (visit) open("visits").put(visit);
    for (const file of files) open("photos").put(file.blob, file.id);
  })).catch(full);
  await recount();
  changed();
  state.outbox.drain();
}

export const store = (visit) => state.keeper.store(visit);

// Visits -----------------------------------------------------------------------------------------

export const today = () => dayOf(new Date());
export const customer = (id) => state.pkg?.customers?.[id] || { name: t("customer_unknown") };
export const stepsOf = (type) => state.pkg?.steps?.[type] || [];
export const nameOf = (id) => customer(id).name;

const header = ({ visit, customer, planned, visit_type, method, started_at, goal }) => ({ visit, customer, planned, visit_type, method, started_at, goal });

let arriving = null; // a second tap while the first is under way is the same check-in
export function checkIn(id, options) {
  arriving ||= arrive(id, options).finally(() => { arriving = null; });
  return arriving;
}

async function arrive(id, { planned = null, type = "routine", goal = "" } = {}) {
  const open = openVisit();
  if (open && open.customer === id) return open;
  const visit = {
    visit: crypto.randomUUID(), customer: id, planned, visit_type: type, method: "person", started_at: new Date().toISOString(), ended_at: null, goal,
    values: {}, steps: {}, photos: [], changed: [], last: null, version: null, distance: null,
  };
  const asked = whereNow();
  const fix = await soon(asked); // a late one is added later
  withFix(visit, fix);
  await post("visit.check_in", { ...header(visit), fix }, { visit, about: nameOf(id) });
  state.visits.set(visit.visit, visit);
  if (!fix) asked.then((late) => late && addFix(visit, late));
  changed();
  return visit;
}

function withFix(visit, fix) {
  const { at } = customer(visit.customer);
  if (fix && at) visit.distance = Math.round(meters([fix.lng, fix.lat], at));
}

async function addFix(visit, fix) {
  withFix(visit, fix);
  await post("visit.check_in", { ...header(visit), fix }, { visit, about: nameOf(visit.customer) });
}

export const openVisit = () => [...state.visits.values()].find((visit) => !visit.ended_at);

export function write(visit, name, value) {
  if (visit.values[name] === value) return;
  visit.values[name] = value;
  if (!visit.changed.includes(name)) visit.changed.push(name);
  store(visit);
}

export function markStep(visit, kind, result) {
  visit.steps[kind] = { ...visit.steps[kind], ...result };
  if (!visit.changed.includes("steps")) visit.changed.push("steps");
  store(visit);
}

// Only what was written since the last message; steps in the order of the visit type.
function written(visit) {
  const sent = {};
  for (const name of visit.changed) {
    if (name === "steps") {
      sent.steps = stepsOf(visit.visit_type).filter(([kind]) => visit.steps[kind]?.done !== undefined)
        .map(([kind]) => ({ kind, done: visit.steps[kind].done, reason: visit.steps[kind].reason || "", note: visit.steps[kind].note || "" }));
    } else if (name === "split") SPLIT.forEach((part, place) => { sent[part] = visit.values.split[place]; });
    else sent[name] = visit.values[name];
  }
  return sent;
}
export const SPLIT = ["split_trust", "split_needs", "split_present", "split_agree"];

const chained = (visit) => ({ visit, after: visit.last, base: visit.last ? null : visit.version, about: nameOf(visit.customer) });

export async function sendWritten(name, visit, more = {}) {
  const payload = { ...header(visit), ...written(visit), ...more };
  const options = chained(visit);
  visit.changed = [];
  await post(name, payload, options);
}

// What the last visit promised is the goal of this one, with what the books give as a reason to come.
export function goalText(id) {
  const last = customer(id).last?.[0];
  return [last?.appointment_note || last?.new_plan, state.pkg?.parts?.reasons?.[id]].filter(Boolean).join(t("comma")).slice(0, 300);
}

// To the visit of this customer; while another one is open, to that.
export async function arriveAt(id, planned, go, { type = "routine", purpose = "", prepared = null } = {}) {
  await opening;
  const open = openVisit();
  const visit = open && open.customer !== id ? open : await checkIn(id, { planned, type, goal: purpose || goalText(id) });
  if (prepared && !open) markStep(visit, "prepare", prepared);
  go(`#/visit/${visit.visit}`);
}

// After check-out: what was added to the card goes as one message.
export async function saveVisit(visit) {
  if (visit.changed.length) await sendWritten("visit.save", visit);
}

// 承诺 and 投诉 ---------------------------------------------------------------------------------------

// What is open as this phone knows it: what the server said and what was kept here since, without what was closed here.
export function mattersOpen() {
  const closed = new Set(state.matters.closed);
  const told = (state.pkg?.parts?.matters || []).map(([item, added, one, name, kind, text, due, owner]) => ({ item, added, customer: one, name, kind, text, due, owner }));
  const known = new Set(told.map((one) => one.added));
  return [...told, ...state.matters.own.filter((one) => !known.has(one.added))].filter((one) => !closed.has(one.added));
}

export const send = (name, payload, about) => post(name, payload, { about });

// A record of another phone or of the desk, so that it can be completed here.
export function adopt(record) {
  const { visit, also, customer: id, planned, visit_type, method, started_at, ended_at, version, goal = "", ...values } = record;
  const made = { visit, customer: id, planned, visit_type, method, started_at, ended_at, goal, values, steps: {}, photos: [], changed: [], last: null, version, distance: null };
  state.visits.set(visit, made);
  store(made);
  return made;
}

// The day ----------------------------------------------------------------------------------------

export function dayStops(date = today()) {
  const stops = state.pkg?.days?.[date]?.stops || [];
  const made = visitsOn(date);
  return stops.map((stop) => {
    const visit = made.find((one) => one.customer === stop.customer);
    const missed = state.missed.find((one) => one.customer === stop.customer && one.date === date) || (state.pkg.missed || []).find((one) => one.customer === stop.customer && one.date === date);
    const known = customer(stop.customer);
    return { ...stop, name: known.name, grade: known.grade, at: known.at, visit, done: Boolean(visit?.ended_at), open: Boolean(visit && !visit.ended_at), missed: Boolean(missed) && !visit };
  });
}

// Planned for a day before today that the phone still knows, and neither made nor said to be impossible.
export function leftOver() {
  return Object.keys(state.pkg?.days || {}).filter((date) => date < today()).sort().reverse().flatMap((date) => dayStops(date).filter((stop) => !stop.visit && !stop.missed).map((stop) => ({ ...stop, date })));
}

// Visits of a day, those from this phone first, then those the server knows from others.
export function visitsOn(date) {
  const own = [...state.visits.values()].filter((visit) => dayOf(new Date(visit.started_at)) === date);
  const others = (state.pkg?.records || []).filter((record) => dayOf(new Date(record.started_at)) === date && !state.visits.has(record.visit) && !(record.also || []).some((name) => state.visits.has(name)));
  return [...own, ...others];
}

export const due = (id) => state.pkg?.parts?.dues?.[id];
export const can = (name) => (state.pkg?.commands || []).includes(name);
export const waiting = () => state.queue.filter((item) => item.state === "waiting");
export const refused = () => state.queue.filter((item) => item.state === "refused");
export const conflicts = () => state.queue.filter((item) => item.state === "conflict");
