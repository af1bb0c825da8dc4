// Whose phone this is, and on the first start the asking for its token and its day: begun before the rest of the app has arrived.
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

// {device, me, answer}: `answer` is what the server said to a new phone, null for one that is known.
async function look() {
  const device = await openDevice();
  const me = (await device.get("self", "me")) || null;
  return { device, me, answer: me ? null : await register(await deviceId(device)) };
}

export const early = look();
early.catch(() => {}); // whoever waits for it is told
