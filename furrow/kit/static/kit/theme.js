// Runs before the first paint: a page that follows the system becomes dark with it.
// Phones stay light until their owner chooses otherwise (sunlight).
(function () {
  const root = document.documentElement;
  if (!root.hasAttribute("data-follow-system")) return;
  const dark = matchMedia("(prefers-color-scheme: dark) and (min-width: 768px)");
  const set = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  set();
  dark.addEventListener("change", set);
})();
