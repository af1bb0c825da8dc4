// IndexedDB: "furrow" knows whose phone this is; "furrow-12" holds what person 12 keeps here, so that two people on one phone never mix.
const wait = (request) => new Promise((ok, no) => {
  request.onsuccess = () => ok(request.result);
  request.onerror = () => no(request.error);
});

class Base {
  constructor(db) { this.db = db; }

  read(store) { return this.db.transaction(store).objectStore(store); }

  get(store, key) { return wait(this.read(store).get(key)); }

  all(store) { return wait(this.read(store).getAll()); }

  put(store, value, key) { return this.write([store], (open) => open(store).put(value, key)); }

  remove(store, key) { return this.write([store], (open) => open(store).delete(key)); }

  // All of it or nothing, and on the disk before it resolves: an app that is killed the moment after loses nothing.
  write(stores, work) {
    return new Promise((ok, no) => {
      const change = this.db.transaction(stores, "readwrite", { durability: "strict" });
      change.oncomplete = () => ok();
      change.onabort = () => no(change.error || new Error("aborted"));
      work((name) => change.objectStore(name));
    });
  }

  close() { this.db.close(); }
}

async function open(name, stores) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => { for (const [store, options] of Object.entries(stores)) request.result.createObjectStore(store, options); };
  return new Base(await wait(request));
}

export const openDevice = () => open("furrow", { self: {} });

export const openPerson = (id) => open(`furrow-${id}`, {
  kept: {}, // package, sync, missed
  visits: { keyPath: "visit" },
  outbox: { keyPath: "seq", autoIncrement: true },
  photos: {},
});

export const eraseDb = (name) => new Promise((done) => {
  const request = indexedDB.deleteDatabase(name);
  request.onsuccess = request.onerror = request.onblocked = () => done();
});
