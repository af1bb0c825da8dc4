// What is carried from visit to visit: 承诺 and 投诉, the cases of 销售医生, 个人需求图 of people.
import { keep, nameOf, post, state, today } from "./state.js";

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
