// The service worker: keeps one version of the app whole, serves it without a signal, and changes to the next one only when asked.
const VERSION = {{ version|safe }};
const FILES = {{ files }};
const CACHE = `furrow-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // All files or none: a half-loaded version never becomes the waiting one. The shell is kept without the day of whoever is signed in.
    const shell = await fetch("/field/?bare", { cache: "reload" });
    if (!shell.ok) throw new Error("no shell");
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    await cache.put("/field/", shell);
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("furrow-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "update") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const shell = request.mode === "navigate" && url.pathname === "/field/";
  if (!shell && (url.search || !FILES.includes(url.pathname))) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(shell ? "/field/" : url.pathname)) || fetch(request);
  })());
});
