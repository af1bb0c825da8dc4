// Shows beside each criterion what the ticked points mean.
document.addEventListener("change", (event) => {
  const group = event.target.closest("[data-points]");
  if (group) group.querySelector("[data-meaning-shown]").textContent = event.target.dataset.meaning;
});
