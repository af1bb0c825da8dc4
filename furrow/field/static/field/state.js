// What the app knows, and every change of it. A change and the message that tells the server of it are written together or not at all.
import { ask, awaitToken, register, setToken } from "./api.js";
import { eraseDb, openPerson } from "./db.js";
import { clock, config, dayOf, say, t } from "./dom.js";
import { deviceId, early } from "./early.js";
import { Keeper } from "./keeping.js";
import { Outbox } from "./outbox.js";
import { shrink } from "./photos.js";
import { meters, whereNow } from "./places.js";

export const state = { me: null, pkg: null, visits: new Map(), missed: [], queue: [], prep: { date: "", of: {} }, closedGaps: new Set(), matters: { own: [], closed: [] }, charts: {}, doctor: { own: [], moved: {} }, sync: { kind: "idle", at: null }, base: null, outbox: null, keeper: null };
const REFRESH = 10 * 60 * 1000;
const PATIENCE = 1200; // a check-in waits so long for a position, then goes on and adds it later
let device;
let draw = () => {};
export const onChange = (work) => { draw = work; };
export const changed = () => draw();
export const answers = new Map(); // message -> what a module does with the server's answer to it

// Beginning --------------------------------------------------------------------------------------

export async function begin() {
  const { me, given, answer, ...found } = await early;
  device = found.device;
  let fresh = false;
  if (me) await enter(me);
  else if (given) fresh = await welcome(given, answer);
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
}

// The day came with the shell: it is shown and can be worked on; the token follows.
async function welcome({ user, package: pkg }, answer) {
  await enter({ ...user, token: "" });
  awaitToken(answer.then(admit).catch(() => {})); // without one, what is sent is answered "sign in again"
  took(pkg);
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
  if (state.me?.id === me.id) {
    state.me = me;
    setToken(me.token);
  } else await enter(me);
  state.sync.kind = "idle";
  if (answer.data.package) await took(answer.data.package);
  changed();
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
  await keep("package", pkg);
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

async function recount() { state.queue = state.outbox ? await state.outbox.items() : []; }

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
  await eraseDb(`furrow-${id}`);
  Object.assign(state, { me: null, pkg: null, visits: new Map(), missed: [], queue: [], base: null, outbox: null, keeper: null });
  state.sync = { kind: "wiped", at: null, reason };
  changed();
}

const fullSaid = (error) => say(error?.name === "QuotaExceededError" ? t("disk_full") : t("not_kept"), "bad");
function full(error) {
  fullSaid(error);
  throw error;
}

// Writes a message with what it belongs to; nothing is said to be done before both are on the disk.
async function post(name, payload, { visit = null, photo = null, after = null, base = null, about = "" } = {}) {
  const message = Outbox.message(name, payload, { after, base, about });
  if (visit && name.startsWith("visit.")) visit.last = message.id; // the next one follows upon this one
  await postAll([message], { visit, files: photo ? [photo] : [] });
  return message;
}

// Several messages with what they belong to: all of it is on the disk, or none.
async function postAll(messages, { visit = null, files = [] } = {}) {
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
  const fix = await Promise.race([asked, new Promise((done) => { setTimeout(done, PATIENCE, null); })]);
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

async function sendWritten(name, visit, more = {}) {
  const payload = { ...header(visit), ...written(visit), ...more };
  const options = chained(visit);
  visit.changed = [];
  await post(name, payload, options);
}

export async function checkOut(visit) {
  const fix = await Promise.race([whereNow(), new Promise((done) => { setTimeout(done, PATIENCE, null); })]);
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

// What the last visit promised is the goal of this one, with what the books give as a reason to come.
export function goalText(id) {
  const last = customer(id).last?.[0];
  return [last?.appointment_note || last?.new_plan, state.pkg?.parts?.reasons?.[id]].filter(Boolean).join(t("comma")).slice(0, 300);
}

// To the visit of this customer; while another one is open, to that.
export async function arriveAt(id, planned, go, { type = "routine", purpose = "", prepared = null } = {}) {
  const open = openVisit();
  const visit = open && open.customer !== id ? open : await checkIn(id, { planned, type, goal: purpose || goalText(id) });
  if (prepared && !open) markStep(visit, "prepare", prepared);
  go(`#/visit/${visit.visit}`);
}

// After check-out: what was added to the card goes as one message.
export async function saveVisit(visit) {
  if (visit.changed.length) await sendWritten("visit.save", visit);
}

export async function addPhoto(visit, file, kind) {
  const small = await shrink(file);
  if (!small) { say(t("not_a_photo"), "bad"); return null; }
  const photo = { id: crypto.randomUUID(), blob: small.blob };
  visit.photos.push({ id: photo.id, thumb: small.thumb, kind });
  const name = `${labels(kind)}-${clock(new Date()).replace(":", "")}.jpg`;
  await post("photo.attach", { visit: visit.visit, photo: photo.id, name }, { visit, photo, about: nameOf(visit.customer) });
  return photo;
}
const labels = (kind) => config.labels.steps[kind] || t("photo");

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

// 承诺 and 投诉 ---------------------------------------------------------------------------------------

// What is open as this phone knows it: what the server said and what was kept here since, without what was closed here.
export function mattersOpen() {
  const closed = new Set(state.matters.closed);
  const told = (state.pkg?.parts?.matters || []).map(([item, added, one, name, kind, text, due, owner]) => ({ item, added, customer: one, name, kind, text, due, owner }));
  const known = new Set(told.map((one) => one.added));
  return [...told, ...state.matters.own.filter((one) => !known.has(one.added))].filter((one) => !closed.has(one.added));
}

const keepMatters = () => keep("matters", { own: state.matters.own.slice(-100), closed: state.matters.closed.slice(-200) });

export async function addMatter(visit, kind, text, due) {
  const message = await post("matter.add", { customer: visit.customer, visit: visit.visit, kind, text, due }, { visit, about: nameOf(visit.customer) });
  state.matters.own.push({ added: message.id, customer: visit.customer, name: nameOf(visit.customer), kind, text, due, owner: state.me.name });
  await keepMatters();
}

export async function closeMatter(one, outcome) {
  await post("matter.close", { added: one.added, outcome }, { about: one.name });
  state.matters.closed.push(one.added);
  await keepMatters();
}

// 销售医生: cases as this phone knows them: what the server said, what was opened here, and how both were carried on here since.
const caseKey = (one) => one.opened || String(one.case);
const CASE_DAYS = { diagnose: "diagnosed_on", prescribe: "prescribed_on", close: "closed_on" };

export function casesOf(id) {
  const told = state.pkg?.parts?.cases?.[id] || [];
  const known = new Set(told.map((one) => one.opened));
  return [...state.doctor.own.filter((one) => one.customer === id && !known.has(one.opened)), ...told].map((one) => ({ ...one, ...state.doctor.moved[caseKey(one)] })).filter((one) => !one.closed_on);
}

export async function openCase(id, need, findings) {
  const message = await post("doctor.examine", { customer: id, need, findings }, { about: nameOf(id) });
  state.doctor.own.unshift({ opened: message.id, customer: id, need, findings, examined_on: today() });
  await keep("doctor", state.doctor);
}

export async function moveCase(id, one, act, values) {
  await post(`doctor.${act}`, { customer: id, ...(one.case ? { case: one.case } : { opened: one.opened }), ...values }, { about: nameOf(id) });
  state.doctor.moved[caseKey(one)] = { ...state.doctor.moved[caseKey(one)], ...values, [CASE_DAYS[act]]: today() };
  await keep("doctor", state.doctor);
}

// 个人需求图 of one person: only what was written goes, upon the version that was shown.
export async function saveChart(person, values, about) {
  const { id, version } = person;
  const before = state.charts[id];
  const message = await post("chart.save", { contact: id, ...values }, { after: before?.last || null, base: before ? null : version, about });
  state.charts[id] = { values: { ...before?.values, ...values }, last: message.id };
  await keep("charts", state.charts);
}

export const chartsOf = (id) => (state.pkg?.parts?.charts?.people?.[id] || []).map(([one, name, version, values]) => ({ id: one, name, version, values: { ...values, ...state.charts[one]?.values } }));

// [id, name] of the customers on this phone with the same name or phone. Whoever else may be the same, the server asks.
export function customersNamed(name, phone) {
  const [wanted, number] = [name.trim().toLowerCase(), phone.trim()];
  return Object.entries(state.pkg?.customers || {}).filter(([, one]) => one.name.toLowerCase() === wanted || (number && one.phone.includes(number))).map(([id, one]) => [Number(id), one.name]);
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

// What stands in the outbox ----------------------------------------------------------------------

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
