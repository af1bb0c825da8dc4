// Routes on a map: #routes-map with #routes-data (planning/board.py map_data). A pin opens its visit.
import { makeMap, pin, route } from "../kit/map.js";

let map = null;

export function drawRoutes(open) {
  map?.remove();
  map = null;
  const element = document.getElementById("routes-map");
  const data = document.getElementById("routes-data");
  if (!element || !data) return;
  const { box, groups } = JSON.parse(data.textContent);
  map = makeMap(element, box);
  const small = groups.reduce((sum, { stops }) => sum + stops.length, 0) > 60 ? " small" : "";
  const house = document.getElementById("house").content;
  for (const { color, base, rep, line, stops } of groups) {
    route(line, `go ${color}`).addTo(map);
    if (base) {
      const home = pin(...base, { kind: "base", title: rep });
      home.on("add", () => home.getElement().firstChild.append(house.cloneNode(true)));
      home.addTo(map);
    }
    for (const [lng, lat, order, grade, title, visit] of stops) {
      pin(lng, lat, { text: order, kind: `${grade} ${color}${small}`, title }).on("click", () => open(visit)).addTo(map);
    }
  }
}
