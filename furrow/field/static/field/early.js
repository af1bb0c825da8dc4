// Whose phone this is, and on the first start the asking for its token: begun before anything else.
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

// {device, me, given, answer}: for a new phone `given` is the person and the day that came with the shell, if they did, and `answer` what the
// server will say to it; both null for one that is known.
async function look() {
  const device = await openDevice();
  const me = (await device.get("self", "me")) || null;
  if (me) return { device, me, given: null, answer: null };
  const given = JSON.parse(document.getElementById("given")?.textContent || "null");
  return { device, me, given, answer: deviceId(device).then((id) => register(id, given ? "day" : "")) };
}

export const early = look();
early.catch(() => {}); // whoever waits for it is told
