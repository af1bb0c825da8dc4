// One customer's position on its page.
import { makeMap, pin } from "../kit/map.js";

const element = document.getElementById("place");
const point = JSON.parse(document.getElementById("place-point")?.textContent || "null");
if (element && point) {
  const [lng, lat, letter] = point;
  const map = makeMap(element, [lng - 0.02, lat - 0.015, lng + 0.02, lat + 0.015]);
  pin(lng, lat, { text: letter, kind: letter.toLowerCase() || "none" }).addTo(map);
}
