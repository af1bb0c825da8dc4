// 个人需求图: what one person needs, from the development of the business to the inner wish; one line each (P5.5).
import { button, h, say, t } from "./dom.js";
import { chartsOf, saveChart } from "./carried.js";
import { can, state } from "./state.js";

export function chartPart(id) {
  const people = chartsOf(id);
  return people.length ? h("section", { class: "fp-sect" }, h("h3", {}, t("need_charts")), people.map(one)) : null;
}

function one(person) {
  const parts = state.pkg.parts.charts.parts;
  const written = {};
  const head = h("summary", {});
  const count = () => { head.textContent = `${person.name} ${Object.values({ ...person.values, ...written }).filter(Boolean).length}/${parts.length}`; };
  count();
  const field = ([name, words]) => h("label", { class: "fp-field" }, h("span", {}, words), h("textarea", { class: "form-control", rows: 1, maxLength: 300, value: person.values[name] || "", readOnly: !can("chart.save"), "data-chart": name, oninput: (event) => { written[name] = event.target.value; } }));
  const keep = async () => {
    if (!Object.keys(written).length) { say(t("chart_empty"), "bad"); return; }
    await saveChart(person, { ...written }, person.name);
    say(t("kept"));
    count();
  };
  return h("details", { class: "fp-more", "data-person": person.id }, head, parts.map(field), can("chart.save") ? button("line", t("chart_keep"), keep, "check", { "data-act": "keep-chart" }) : null);
}
