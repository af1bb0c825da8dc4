// The line of a customer's classes: [data-line] with #chart-data (assessment/views.py history). The table below has the same figures.
const { echarts } = window;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const data = JSON.parse(document.getElementById("chart-data").textContent);
const element = document.querySelector("[data-line]");

function draw() {
  const text = { color: css("--ink-2"), fontSize: 12, fontFamily: css("--cjk") };
  const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: text,
    grid: { left: 76, right: 24, top: 16, bottom: 28 },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: css("--surface"), borderColor: css("--line"), textStyle: { ...text, color: css("--ink") },
      formatter: ([point]) => `${point.name}  ${data.classes[point.value - 1] ?? ""}${data.scores[point.dataIndex] === null ? "" : `  ${data.word} ${data.scores[point.dataIndex].toFixed(2)}`}` },
    xAxis: { type: "category", data: data.names, axisTick: { show: false }, axisLine: { lineStyle: { color: css("--control") } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", min: 1, max: data.classes.length, interval: 1, axisLabel: { ...text, formatter: (value) => data.classes[value - 1] ?? "" }, splitLine: { lineStyle: { color: css("--line") } } },
    series: [{ type: "line", step: "end", data: data.ranks, color: css("--c1"), symbolSize: 8, lineStyle: { width: 2 } }],
  });
}

draw();
new ResizeObserver(() => echarts.getInstanceByDom(element)?.resize()).observe(element);
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
