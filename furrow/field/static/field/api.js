// Asking the server. Every answer is one of: ok, offline (nothing came back), signin (401), wiped (410), refused (4xx), later (5xx).
import { config } from "./dom.js";

const PATIENCE = 30000;
const self = { token: "", offset: null, coming: null };
const NO_PHOTO = "00000000-0000-4000-8000-000000000000";

export const setToken = (token) => { self.token = token; };
// What is asked meanwhile waits for the token of a new phone.
export const awaitToken = (coming) => { self.coming = coming; };
// Milliseconds that the server's clock is ahead of this phone's; only a clearly wrong clock is put right.
export const clockOff = () => (Math.abs(self.offset) > 120000 ? self.offset : 0);

// Before the first message of a start the server is asked for its time: no message goes out with the time of a wrong clock.
export async function hearClock() {
  if (self.offset === null) await ask("GET", `photos/${NO_PHOTO}/`);
}

export async function ask(method, path, { body, headers = {}, token = true } = {}) {
  if (token && !self.token) await self.coming;
  const sent = { "X-Furrow-Version": config.version, Accept: "application/json", ...headers };
  if (token) sent.Authorization = `Bearer ${self.token}`;
  let answer;
  try {
    answer = await fetch(`/field/${path}`, { method, body, headers: sent, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return { kind: "offline" };
  }
  if (answer.type === "opaqueredirect") return { kind: "signin", data: {} };
  let data;
  try {
    data = await answer.json();
  } catch {
    return { kind: answer.ok ? "offline" : answer.status >= 500 ? "later" : "refused", status: answer.status, data: {} };
  }
  if (data.now) self.offset = new Date(data.now) - Date.now();
  const { status } = answer;
  const kind = answer.ok ? "ok" : status === 401 ? "signin" : status === 410 ? "wiped" : status >= 500 || status === 429 ? "later" : "refused";
  return { kind, status, data };
}

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

// Makes this browser a phone of whoever is signed in; `has`: the day is here already.
export function register(device, has = "") {
  return ask("POST", "device/", { token: false, body: new URLSearchParams({ device, has }), headers: { "X-CSRFToken": cookie("csrftoken") } });
}
