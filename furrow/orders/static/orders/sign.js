// The customer signs with finger or pen: points become a path in the hidden field.
const pad = document.querySelector("[data-sign]");
const field = document.querySelector("[name=signature]");
const path = pad.querySelector("path");
const LONGEST = 19000;
let drawn = field.value;
let down = false;

function point(event) {
  const box = pad.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * 300;
  const y = ((event.clientY - box.top) / box.height) * 120;
  return `${Math.max(0, x).toFixed(1)},${Math.max(0, y).toFixed(1)}`;
}

function show() {
  path.setAttribute("d", drawn);
  field.value = drawn;
}

pad.addEventListener("pointerdown", (event) => {
  down = true;
  pad.setPointerCapture(event.pointerId);
  drawn += `M${point(event)} `;
  show();
});
pad.addEventListener("pointermove", (event) => {
  if (!down || drawn.length > LONGEST) return;
  drawn += `L${point(event)} `;
  show();
});
for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (down = false));
document.querySelector("[data-sign-clear]").addEventListener("click", () => {
  drawn = "";
  show();
});
if (drawn) show();
