// Whose phone this is, and on the first start the asking for its token: begun before anything else but the day that came with the shell.
import { register } from "./api.js";
import { openDevice } from "./db.js";

// The phone is light, for the sun, until its user says otherwise.
const THEME = "furrow-theme";
export const isDark = () => document.documentElement.dataset.bsTheme === "dark";
export function setDark(dark) {
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  try { localStorage.setItem(THEME, dark ? "dark" : "light"); } catch { /* a browser that keeps nothing forgets it */ }
}
try { setDark(localStorage.getItem(THEME) === "dark"); } catch { /* light */ }

// The id that this browser has as a phone; made once.
export async function deviceId(device) {
  const known = (await device.get("self", "device")) || crypto.randomUUID();
  await device.put("self", known, "device");
  return known;
}

// A browser that is a phone says so at once; its store takes a slow phone a moment to open.
const PHONE = "furrow-phone";
export function markPhone(known) {
  try { if (known) localStorage.setItem(PHONE, "yes"); else localStorage.removeItem(PHONE); } catch { /* the store knows it, too */ }
}
function isPhone() {
  try { return localStorage.getItem(PHONE) !== null; } catch { return false; }
}

// The person and the day that came with the shell, if they did, for a browser that is no phone yet.
export const given = isPhone() ? null : JSON.parse(document.getElementById("given")?.textContent || "null");

// {device, me, answer}: `answer` is what the server will say to a new phone; null for one that is known.
async function look() {
  const device = await openDevice();
  const me = (await device.get("self", "me")) || null;
  return { device, me, answer: me ? null : deviceId(device).then((id) => register(id, given ? "day" : "")) };
}

let begun = null;
export const early = () => { begun ||= look(); return begun; };
if (!given) early().catch(() => {}); // whoever waits for it is told
