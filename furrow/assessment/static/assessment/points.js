// Shows beside each criterion what the ticked points mean; hovering a number previews it.
function show(group, radio) {
  group.querySelector("[data-meaning-shown]").textContent = radio?.dataset.meaning ?? "";
}

for (const group of document.querySelectorAll("[data-points]")) {
  const ticked = () => group.querySelector("input:checked");
  group.addEventListener("change", () => show(group, ticked()));
  group.addEventListener("pointerover", (event) => show(group, event.target.closest("label")?.querySelector("input") ?? ticked()));
  group.addEventListener("pointerleave", () => show(group, ticked()));
}
