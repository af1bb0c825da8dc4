// One customer's position on its page, drawn again when the tab that shows it comes back.
import { makeMap, pin } from "../kit/map.js";

function draw() {
  const element = document.getElementById("place");
  const point = JSON.parse(document.getElementById("place-point")?.textContent || "null");
  if (!element || !point || element.classList.contains("leaflet-container")) return;
  const [lng, lat, letter] = point;
  const map = makeMap(element, [lng - 0.02, lat - 0.015, lng + 0.02, lat + 0.015]);
  pin(lng, lat, { text: letter, kind: letter.toLowerCase() || "none" }).addTo(map);
}

draw();
document.addEventListener("htmx:after:swap", draw);
