// Bars per rep: [data-chart] with #chart-data (planning/board.py chart_data). The same numbers stand in the table below each.
const { echarts } = window;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(element, { names, ...charts }) {
  const { unit, series } = charts[element.dataset.chart];
  const text = { color: css("--ink-2"), fontSize: 12, fontFamily: css("--cjk") };
  const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: text,
    color: series.map(([, color]) => css(color)),
    grid: { left: 40, right: 8, top: 30, bottom: 24 },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: css("--sunken"), opacity: 0.6 } }, renderMode: "richText", backgroundColor: css("--surface"), borderColor: css("--line"), textStyle: { ...text, color: css("--ink") }, valueFormatter: (value) => (value === null ? "" : `${value} ${unit}`) },
    xAxis: { type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: css("--control") } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", name: unit, nameTextStyle: text, splitNumber: 3, axisLabel: text, splitLine: { lineStyle: { color: css("--line") } } },
    series: series.map(([name, , data]) => ({ name, type: "bar", data, barMaxWidth: 18, barGap: "10%" })),
  });
}

function drawAll() {
  const data = document.getElementById("chart-data");
  if (!data) return;
  for (const element of document.querySelectorAll("[data-chart]")) draw(element, JSON.parse(data.textContent));
}

drawAll();
new ResizeObserver(() => {
  for (const element of document.querySelectorAll("[data-chart]")) echarts.getInstanceByDom(element)?.resize();
}).observe(document.getElementById("main"));
document.addEventListener("plan:drawn", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
