// A field to sign in with finger or pen: points become the path of an SVG of 300 × 120.
const LONGEST = 19000;

// `changed` is told the path after every point. Returns {drawn, clear}.
export function signPad(pad, begin, changed) {
  const path = pad.querySelector("path");
  let drawn = begin;
  let down = false;

  function point(event) {
    const box = pad.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 300;
    const y = ((event.clientY - box.top) / box.height) * 120;
    return `${Math.max(0, x).toFixed(1)},${Math.max(0, y).toFixed(1)}`;
  }

  function draw(more) {
    drawn += more;
    path.setAttribute("d", drawn);
    changed(drawn);
  }

  pad.addEventListener("pointerdown", (event) => {
    down = true;
    pad.setPointerCapture(event.pointerId);
    draw(`M${point(event)} `);
  });
  pad.addEventListener("pointermove", (event) => {
    if (down && drawn.length <= LONGEST) draw(`L${point(event)} `);
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (down = false));
  if (drawn) draw("");
  return { drawn: () => drawn, clear: () => { drawn = ""; draw(""); } };
}
