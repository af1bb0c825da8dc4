// The customers' map: asks for what is in view, draws pins or counted discs, and keeps the list beside it in step.
import { boundsOf, cluster, fit, makeMap, pin, radius } from "../kit/map.js";

const element = document.getElementById("customers-map");
const side = document.querySelector("[data-map-side]");
if (element && side) {
  const map = makeMap(element, JSON.parse(document.getElementById("map-bounds").textContent));
  const layer = L.layerGroup().addTo(map);
  const words = side.dataset;
  const total = side.querySelector("[data-map-total]");
  const legend = side.querySelector("[data-map-legend]");
  const list = side.querySelector("[data-map-list]");
  const colors = new Map();
  let latest = 0;

  const grade = (letter) => letter.toLowerCase() || "none";
  const owner = (id) => (colors.has(id) ? `o${colors.get(id)}` : "none");
  const page = (id) => words.page.replace("/0/", `/${id}/`);

  function showLegend(data) {
    legend.replaceChildren();
    const rows = words.by === "owner" ? data.owners.map(([id, name, n]) => [owner(id), "", name || words.nobody, n]) : ["A", "B", "C", "D", ""].filter((l) => data.grades[l]).map((l) => [grade(l), l, l || words.none, data.grades[l]]);
    for (const [kind, text, name, n] of rows) {
      const term = document.createElement("dt");
      const mark = document.createElement("span");
      mark.className = words.by === "owner" ? `fr-key ${kind}` : `fr-grade sm ${kind}`;
      mark.textContent = text;
      term.append(mark, " ", name);
      const value = document.createElement("dd");
      value.textContent = n.toLocaleString();
      legend.append(term, value);
    }
  }

  function showList(data) {
    list.replaceChildren();
    if (data.squares.length) list.append(Object.assign(document.createElement("li"), { className: "fr-2", textContent: words.more }));
    for (const [id, , , letter, , name] of data.points.slice(0, 60)) {
      const link = Object.assign(document.createElement("a"), { href: page(id), textContent: name });
      const mark = Object.assign(document.createElement("span"), { className: `fr-grade sm ${grade(letter)}`, textContent: letter || "—" });
      const item = document.createElement("li");
      item.append(mark, link);
      list.append(item);
    }
  }

  // Discs and single customers that would touch at this zoom become one disc at the place of the largest; with no disc
  // in view every customer keeps its pin.
  function merged(data) {
    const single = data.points.map(([id, lng, lat, letter, ...rest]) => ({ lng, lat, n: 1, grades: "ABCD".split("").map((l) => Number(l === letter)), point: [id, lng, lat, letter, ...rest] }));
    if (!data.squares.length) return single;
    const waiting = [...data.squares.map(([lng, lat, n, ...grades]) => ({ lng, lat, n, grades })), ...single].sort((a, b) => b.n - a.n);
    for (const one of waiting) one.at = map.latLngToLayerPoint([one.lat, one.lng]);
    const kept = [];
    let again = true;
    while (again) {
      again = false;
      for (const one of waiting.splice(0)) {
        const near = kept.find((other) => other.at.distanceTo(one.at) < radius(other.n) + radius(one.n));
        if (!near) {
          kept.push(one);
          continue;
        }
        near.n += one.n;
        near.grades = near.grades.map((n, i) => n + one.grades[i]);
        again = true;
      }
      if (again) waiting.push(...kept.splice(0).sort((a, b) => b.n - a.n)); // grown discs may touch now
    }
    return kept;
  }

  function draw(data) {
    layer.clearLayers();
    data.owners.forEach(([id], at) => { if (id !== null && !colors.has(id)) colors.set(id, (colors.size % 6) + 1); });
    for (const { lng, lat, n, grades, point } of merged(data)) {
      if (!point || n > 1) {
        const most = grades.indexOf(Math.max(...grades));
        const disc = cluster(lng, lat, n, { kind: grades[most] ? "abcd"[most] : "none", title: total.dataset.many.replace("{n}", n) });
        disc.on("click", () => map.setView([lat, lng], map.getZoom() + 2)).addTo(layer);
        continue;
      }
      const [id, , , letter, ownerId, name] = point;
      pin(lng, lat, { text: letter || "—", kind: words.by === "owner" ? `${grade(letter)} ${owner(ownerId)}` : grade(letter), title: name, url: page(id) }).addTo(layer);
    }
    total.textContent = data.total === 0 ? total.dataset.none : (data.total === 1 ? total.dataset.one : total.dataset.many).replace("{n}", data.total.toLocaleString());
    showLegend(data);
    showList(data);
    map.fire("drawn");
  }

  async function ask() {
    const mine = ++latest;
    const query = new URLSearchParams(window.location.search);
    for (const [key, value] of boundsOf(map)) query.set(key, value);
    const response = await fetch(`${words.url}?${query}`);
    if (response.ok && mine === latest) draw(await response.json());
  }

  let timer;
  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  ask();
  window.addEventListener("resize", () => fit(map, JSON.parse(document.getElementById("map-bounds").textContent)), { once: true });
}
