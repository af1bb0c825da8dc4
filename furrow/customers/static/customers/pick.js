// Choosing a position in the customer form: tap the map, or take the device's own.
import { makeMap, pin } from "../kit/map.js";

const box = document.querySelector("[data-pick]");
const [lng, lat, system] = ["longitude", "latitude", "position_system"].map((name) => document.getElementById(`id_${name}`));
let map;
let marker;

function take(x, y, from) {
  lng.value = x.toFixed(6);
  lat.value = y.toFixed(6);
  system.value = from;
}

function open(element) {
  const [x, y] = [Number(lng.value) || 0, Number(lat.value) || 0];
  map = makeMap(element, x && y ? [x - 0.02, y - 0.015, x + 0.02, y + 0.015] : [97, 20, 124, 45]);
  if (x && y) marker = pin(x, y, { kind: "a" }).addTo(map);
  map.on("click", ({ latlng }) => {
    take(latlng.lng, latlng.lat, element.dataset.system);
    marker?.remove();
    marker = pin(latlng.lng, latlng.lat, { kind: "a" }).addTo(map);
  });
}

box?.addEventListener("toggle", () => {
  if (box.open && !map) open(box.querySelector("[data-map]"));
});
document.querySelector("[data-here]")?.addEventListener("click", () => {
  const says = document.querySelector("[data-here-says]");
  says.textContent = "";
  const denied = () => { says.textContent = says.dataset.denied; };
  if (!navigator.geolocation) return denied();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    take(coords.longitude, coords.latitude, "wgs84");
    says.textContent = says.dataset.taken;
    map?.setView([coords.latitude, coords.longitude], 16);
  }, denied, { enableHighAccuracy: true, timeout: 10000 });
});
