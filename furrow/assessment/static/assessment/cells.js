// Keys and paste of the grid of a territory: [data-cells]. Without it the grid is a form like any other.
const table = document.querySelector("[data-cells]");

const rows = () => [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);

function spot(input) {
  const all = rows();
  const at = all.findIndex((line) => line.includes(input));
  return [all, at, all[at].indexOf(input)];
}

function go(input) {
  input?.focus();
  input?.select();
  return Boolean(input);
}

table?.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || !event.target.matches("input")) return;
  const [all, at, index] = spot(event.target);
  const edge = (side) => event.target.selectionStart === event.target.selectionEnd && event.target.selectionStart === (side < 0 ? 0 : event.target.value.length);
  const whole = event.target.selectionEnd - event.target.selectionStart === event.target.value.length;
  const moves = {
    ArrowUp: () => all[at - 1]?.[index],
    ArrowDown: () => all[at + 1]?.[index],
    Enter: () => all[at + (event.shiftKey ? -1 : 1)]?.[index],
    ArrowLeft: () => (edge(-1) || whole ? all[at][index - 1] : null),
    ArrowRight: () => (edge(1) || whole ? all[at][index + 1] : null),
  };
  const next = moves[event.key]?.();
  if (event.key === "Enter" || next) event.preventDefault();
  go(next);
});

table?.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!event.target.matches("input") || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const [all, at, index] = spot(event.target);
  text.split("\n").forEach((line, down) => {
    line.split("\t").forEach((cell, across) => {
      const input = all[at + down]?.[index + across];
      if (input) input.value = cell.trim().slice(0, input.maxLength);
    });
  });
});
