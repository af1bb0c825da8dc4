// One kind of map for all pages: tiles when the company has an address for them, else plain land with a grid and the names of districts.
const { L } = window;

const Grid = L.GridLayer.extend({
  createTile() {
    const tile = document.createElement("canvas");
    const size = this.getTileSize();
    tile.width = size.x;
    tile.height = size.y;
    const pen = tile.getContext("2d");
    pen.strokeStyle = getComputedStyle(this._map.getContainer()).getPropertyValue("--map-road-2").trim();
    for (let at = 0.5; at < size.x; at += 64) {
      pen.moveTo(at, 0);
      pen.lineTo(at, size.y);
      pen.moveTo(0, at);
      pen.lineTo(size.x, at);
    }
    pen.stroke();
    return tile;
  },
});

export function boundsOf(map) {
  const box = map.getBounds();
  return new URLSearchParams({ bounds: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(6)).join(","), zoom: Math.round(map.getZoom()) });
}

// Names stand where they cover neither a pin nor another name; one that finds no such place stays away at this zoom.
const PLACES = ["at", "below", "above", "right", "left"];

function settleNames(map) {
  const taken = [...map.getPane("markerPane").querySelectorAll(".fr-pin, .fr-cluster")].map((mark) => mark.getBoundingClientRect());
  const clash = (a) => taken.some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
  for (const name of map.getPane("names").querySelectorAll("span")) {
    const found = PLACES.some((place) => {
      name.className = place;
      return !clash(name.getBoundingClientRect());
    });
    if (found) taken.push(name.getBoundingClientRect());
    else name.className = "none";
  }
}

function nameDistricts(map, address) {
  const layer = L.layerGroup().addTo(map);
  map.createPane("names").style.zIndex = 640; // above pins, below tooltips
  const show = async () => {
    const response = await fetch(`${address}?${boundsOf(map)}`);
    if (!response.ok) return;
    layer.clearLayers();
    for (const [lng, lat, name] of (await response.json()).labels) {
      const icon = L.divIcon({ className: "fr-map-label", html: "", iconSize: null });
      const label = L.marker([lat, lng], { icon, pane: "names", interactive: false, keyboard: false }).addTo(layer);
      label.getElement().append(Object.assign(document.createElement("span"), { textContent: name }));
    }
    settleNames(map);
  };
  map.on("moveend", show);
  map.on("drawn", () => settleNames(map));
  show();
}

// The map inside an element of kit/map.html. `box` is [west, south, east, north]. Who draws pins later fires "drawn" on it.
export function makeMap(element, box) {
  const map = L.map(element, { zoomControl: false, attributionControl: Boolean(element.dataset.credit), zoomSnap: 0.5, fadeAnimation: false });
  L.control.zoom({ zoomInTitle: element.dataset.zoomIn, zoomOutTitle: element.dataset.zoomOut }).addTo(map);
  if (element.dataset.tiles) L.tileLayer(element.dataset.tiles, { attribution: element.dataset.credit, maxZoom: 19 }).addTo(map);
  else new Grid({ maxZoom: 19 }).addTo(map);
  fit(map, box);
  if (!element.dataset.tiles) nameDistricts(map, element.dataset.labels);
  new ResizeObserver(() => { if (element.isConnected) map.invalidateSize(); }).observe(element);
  return map;
}

export function fit(map, [west, south, east, north]) {
  const edge = Math.min(24, map.getSize().y / 8);
  map.fitBounds([[south, west], [north, east]], { padding: [edge, edge], maxZoom: 15, animate: false });
}

// A pin: the grade's shape with a text in it. kind: a, b, c, d, none, base, done; owner colours are o1 to o6.
export function pin(lng, lat, { text = "", kind = "none", title = "", next = false, url = "" }) {
  const icon = L.divIcon({ className: "", html: `<span class="fr-pin ${kind}${next ? " next" : ""}"></span>`, iconSize: [0, 0] });
  const marker = L.marker([lat, lng], { icon, title, alt: title, keyboard: Boolean(url), riseOnHover: true });
  marker.on("add", () => { marker.getElement().firstChild.textContent = text; });
  if (url) marker.on("click", () => window.location.assign(url));
  return marker;
}

// Discs in four sizes: [up to how many, class, pixels from the middle to the edge, as .fr-cluster draws them].
const DISCS = [[10, "s", 15], [100, "m", 18], [1000, "l", 22], [Infinity, "xl", 27]];
const disc = (count) => DISCS.find(([below]) => count < below);
export const radius = (count) => disc(count)[2];

// Many customers as one disc with their number; sized by how many.
export function cluster(lng, lat, count, { kind = "none", title = "" } = {}) {
  const [, size] = disc(count);
  const icon = L.divIcon({ className: "", html: `<span class="fr-cluster ${size} ${kind}"></span>`, iconSize: [0, 0] });
  const marker = L.marker([lat, lng], { icon, title, alt: title });
  marker.on("add", () => { marker.getElement().firstChild.textContent = count < 10000 ? count : `${Math.floor(count / 1000)}k`; });
  return marker;
}

// The road between stops, straight lines in the accent color; points are [lng, lat].
export function route(points, className = "go") {
  return L.polyline(points.map(([lng, lat]) => [lat, lng]), { className: `fr-route ${className}`, weight: 3, interactive: false });
}
