// The two buttons above a page made for paper.
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.querySelector("[data-back]")?.addEventListener("click", () => (window.history.length > 1 ? window.history.back() : window.close()));
