// 待上传: what was written here waits until the server has it. One at a time, in order; what is refused steps aside with its reason.
import { ask, clockOff, hearClock } from "./api.js";
import { config, t } from "./dom.js";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 60000;
const TIMES = ["started_at", "ended_at"];
const TRIES = 3;

export class Outbox {
  // `heard(event, item)` is told what became of things: accepted, refused, conflict, signin, wiped, offline, changed.
  constructor(base, heard) {
    this.base = base;
    this.heard = heard;
    this.wait = FIRST_WAIT;
    this.running = false;
    this.again = false;
    this.timer = 0;
  }

  // The message as it is kept; the caller puts it into the store "outbox" in the same transaction as what it belongs to.
  static message(name, payload, { after = null, base = null, about = "" } = {}) {
    return { id: crypto.randomUUID(), name, payload, at: new Date().toISOString(), after, base, about, state: "waiting", tries: 0 };
  }

  // The message that this one belongs to, of a new shop, a store check or a case: it waits until that one is accepted.
  static leansOn(item) { return item.payload[Outbox.leanName(item)] || null; }

  static leanName(item) { return ["added", "cold", "check", "opened"].find((name) => item.payload[name]); }

  static leaning(item, id) { return { ...item, payload: { ...item.payload, [Outbox.leanName(item)]: id } }; }

  items() { return this.base.all("outbox"); }

  async drain() {
    if (this.running) { this.again = true; return; }
    this.running = true;
    clearTimeout(this.timer);
    try {
      const work = async (lock) => { if (lock) await this.pass(); };
      if (navigator.locks) await navigator.locks.request("furrow-outbox", { ifAvailable: true }, work);
      else await work(true);
    } finally {
      this.running = false;
    }
    if (this.again) { this.again = false; this.drain(); }
  }

  async pass() {
    const waiting = (await this.items()).filter((item) => item.state === "waiting");
    if (!waiting.length) return;
    this.heard("syncing");
    await hearClock();
    // What the server stumbled over several times goes last, so that it never holds up the rest.
    waiting.sort((a, b) => Number(a.tries >= TRIES) - Number(b.tries >= TRIES) || a.seq - b.seq);
    let left = false;
    for (const item of waiting) {
      if (await this.heldUp(item)) continue;
      const answer = item.name === "photo.attach" ? await this.sendPhoto(item) : await this.send(item);
      if (answer === "stop") { left = true; break; }
      if (answer === "later") left = true;
      else this.wait = FIRST_WAIT;
    }
    const rest = await this.items();
    const open = new Set(rest.map((item) => item.id));
    if (left || rest.some((item) => item.state === "waiting" && !open.has(Outbox.leansOn(item)))) this.later();
    else this.heard("idle");
  }

  async heldUp(item) {
    const above = Outbox.leansOn(item);
    return Boolean(above && (await this.items()).some((one) => one.id === above));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drain(), this.wait);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
  }

  async send(item) {
    const off = clockOff();
    const moved = (text) => (text && off ? new Date(new Date(text).getTime() + off).toISOString() : text);
    const payload = { ...item.payload };
    for (const name of TIMES) if (payload[name]) payload[name] = moved(payload[name]);
    if (payload.fix?.at) payload.fix = { ...payload.fix, at: moved(payload.fix.at) };
    const body = JSON.stringify({ id: item.id, name: item.name, at: moved(item.at), payload, base: item.base, after: item.after, clock: Math.round(off / 1000) });
    const answer = await ask("POST", "commands/", { body, headers: { "Content-Type": "application/json" } });
    if (answer.kind === "ok" && answer.data.outcome) return this.settle(item, answer.data);
    return this.failed(item, answer);
  }

  async settle(item, said) {
    if (said.outcome === "accepted") {
      await this.base.write(["outbox", "photos"], (open) => {
        open("outbox").delete(item.seq);
        if (item.payload.photo) open("photos").delete(item.payload.photo);
      });
      await this.heard("accepted", item, said.answer);
      return "done";
    }
    return this.aside(item, said.outcome, said.reason, said.answer);
  }

  async aside(item, state, reason, answer = {}) {
    await this.base.put("outbox", { ...item, state, reason: reason || t("refused_plain"), clashes: answer.clashes, version: answer.version });
    await this.heard(state, item);
    return "done";
  }

  async failed(item, answer) {
    if (answer.kind === "refused") return this.aside(item, "refused", answer.data.reason);
    if (answer.kind === "later" || (answer.kind === "ok" && !answer.data.outcome)) {
      item.tries += 1;
      await this.base.put("outbox", item);
      return "later";
    }
    await this.heard(answer.kind, item, answer.data);
    return "stop";
  }

  // A photo goes in pieces from where the server has it; then the message that says where it belongs.
  async sendPhoto(item) {
    const photo = item.payload.photo;
    const blob = await this.base.get("photos", photo);
    if (!blob) return this.send(item);
    const asked = await ask("GET", `photos/${photo}/`);
    if (asked.kind !== "ok") return this.failed(item, asked);
    if (asked.data.reason) return this.aside(item, "refused", asked.data.reason);
    let at = asked.data.received;
    while (at < blob.size) {
      const piece = blob.slice(at, at + config.piece);
      const headers = { "Upload-Offset": at, "Upload-Length": blob.size, "Content-Type": "application/octet-stream" };
      const answer = await ask("PUT", `photos/${photo}/`, { body: piece, headers });
      if (answer.status === 409 && Number.isInteger(answer.data.received) && answer.data.received !== at) { at = answer.data.received; continue; }
      if (answer.kind !== "ok") return this.failed(item, answer);
      at = answer.data.received;
    }
    return this.send(item);
  }
}
