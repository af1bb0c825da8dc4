// The day's line as a drawing: no tiles, no signal needed. Grade by shape, order by number, done as an open tick, the next one large.
import { svg, t } from "./dom.js";

const WIDTH = 390;
const HEIGHT = 220; // tall enough that the next stop's buttons lie under the thumb
const EDGE = 26;

function fitted(points) {
  const shrink = Math.cos((points[0][1] * Math.PI) / 180);
  const xs = points.map(([lng]) => lng * shrink);
  const ys = points.map(([, lat]) => -lat);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const scale = Math.min((WIDTH - 2 * EDGE) / Math.max(Math.max(...xs) - left, 1e-4), (HEIGHT - 2 * EDGE) / Math.max(Math.max(...ys) - top, 1e-4));
  const [spareX, spareY] = [WIDTH - (Math.max(...xs) - left) * scale, HEIGHT - (Math.max(...ys) - top) * scale];
  return points.map((_point, place) => [(xs[place] - left) * scale + spareX / 2, (ys[place] - top) * scale + spareY / 2]);
}

function shape(grade, size) {
  const half = size / 2;
  if (grade === "B") return svg("rect", { x: -half, y: -half, width: size, height: size, rx: 4 });
  if (grade === "C") return svg("rect", { x: -half * 0.78, y: -half * 0.78, width: size * 0.78, height: size * 0.78, rx: 3, transform: "rotate(45)" });
  if (grade === "D") return svg("rect", { x: -half, y: -half, width: size, height: size, rx: 4 });
  return svg("circle", { r: half });
}

// The hour stands beside the pin, on the side where there is room.
function hour(x, stop, size) {
  const left = x > WIDTH - 60;
  return svg("text", { class: left ? "tm left" : "tm", x: (left ? -1 : 1) * (size / 2 + 4), y: 4 }, stop.start);
}

function pin([x, y], stop, next) {
  const size = next ? 34 : 22;
  const mark = stop.done ? svg("path", { d: "M-4 0 L-1 3 L5 -4", class: "tick" }) : svg("text", { y: next ? 6 : 4 }, String(stop.order));
  const kind = stop.done ? "done" : stop.missed ? "missed" : (stop.grade || "none").toLowerCase();
  return svg("g", { class: `fp-pin ${kind}${next ? " next" : ""}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, shape(stop.done ? "" : stop.grade, size), mark, stop.start ? hour(x, stop, size) : svg("g", {}));
}

// `stops`: {at, order, grade, done, missed}; null when nothing has a position.
export function dayMap(stops, base, nextOrder) {
  const placed = stops.filter((stop) => stop.at);
  if (!placed.length) return null;
  const all = [...(base ? [base] : []), ...placed.map((stop) => stop.at)];
  const spots = fitted(all);
  const line = (from, to, kind) => svg("polyline", { class: `fp-route ${kind}`, points: spots.slice(from, to).map((spot) => spot.map((n) => n.toFixed(1)).join(",")).join(" ") });
  const first = base ? 1 : 0;
  const done = placed.findLastIndex((stop) => stop.done) + first;
  const pins = placed.map((stop, place) => pin(spots[place + first], stop, stop.order === nextOrder));
  const home = base ? [svg("g", { class: "fp-pin base", transform: `translate(${spots[0][0].toFixed(1)} ${spots[0][1].toFixed(1)})` }, svg("rect", { x: -10, y: -10, width: 20, height: 20, rx: 4 }), svg("path", { d: "M-5 1 L0 -4 L5 1 M-3 0 V5 H3 V0", class: "tick" }))] : [];
  return svg("svg", { class: "fp-map", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("map_of_day", { n: placed.length }) }, line(0, done + 1, "been"), line(Math.max(0, done), all.length, "go"), ...home, ...pins);
}
