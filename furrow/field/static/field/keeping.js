// What is typed and tapped goes to the disk at once, one write after the other, always in its latest state. The mark says honestly
// whether everything on the screen lies there: "yes", "no" while it is being written, "failed" when the disk took it not.
import { t } from "./dom.js";

const AGAIN = 4000;
const WORDS = { yes: "kept_yes", no: "kept_no", failed: "kept_failed" };

export class Keeper {
  // `failed(error)` tells the person; what could not be written is tried again until it can.
  constructor(base, failed) {
    this.base = base;
    this.failed = failed;
    this.dirty = new Map();
    this.open = 0;
    this.broken = false;
    this.writing = null;
  }

  get state() { return this.broken ? "failed" : this.open || this.dirty.size ? "no" : "yes"; }

  get words() { return t(WORDS[this.state]); }

  stop() {
    clearTimeout(this.timer);
    this.dirty.clear();
  }

  mark() {
    document.getElementById("app").dataset.kept = this.state;
    const shown = document.getElementById("kept");
    if (shown) shown.textContent = this.words;
  }

  // Resolves when the visit as it stands now is on the disk; while it is not, it never rejects.
  store(visit) {
    this.dirty.set(visit.visit, visit);
    this.mark();
    this.writing ||= this.work().finally(() => { this.writing = null; this.mark(); });
    return this.writing;
  }

  async work() {
    clearTimeout(this.timer);
    while (this.dirty.size) {
      const [key, latest] = this.dirty.entries().next().value;
      this.dirty.delete(key);
      this.open += 1;
      try {
        await this.base.put("visits", structuredClone(latest));
        this.broken = false;
      } catch (error) {
        if (!this.dirty.has(key)) this.dirty.set(key, latest);
        if (!this.broken) this.failed(error);
        this.broken = true;
        this.timer = setTimeout(() => this.store(latest), AGAIN);
        return;
      } finally { this.open -= 1; }
    }
  }

  // Counts a write of several stores as under way until it is done.
  async during(work) {
    this.open += 1;
    this.mark();
    try { return await work; } finally { this.open -= 1; this.mark(); }
  }
}
