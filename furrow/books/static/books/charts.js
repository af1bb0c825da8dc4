// Lines over periods: [data-chart] with #chart-data (books/queries.py chart_of). The same numbers stand in the table below.
const { echarts } = window;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const data = JSON.parse(document.getElementById("chart-data").textContent);
const SERIES = {
  quantity: [["bought", "--c2", "bar"], ["sold", "--c1", "bar"], ["stock", "--c5", "line"]],
  price: [["price", "--c1", "line"], ["list", "--c1", "dashed"]],
};

function draw(element) {
  const kind = element.dataset.chart;
  const unit = kind === "price" ? data.money : data.unit;
  const text = { color: css("--ink-2"), fontSize: 12, fontFamily: css("--cjk") };
  const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: text,
    color: SERIES[kind].map(([, color]) => css(color)),
    grid: { left: 52, right: 12, top: 40, bottom: 28 },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: css("--surface"), borderColor: css("--line"), textStyle: { ...text, color: css("--ink") }, valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value.toLocaleString()} ${unit}`) },
    xAxis: { type: "category", data: data.names, axisTick: { show: false }, axisLine: { lineStyle: { color: css("--control") } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", name: unit, min: 0, nameTextStyle: text, splitNumber: 3, axisLabel: text, splitLine: { lineStyle: { color: css("--line") } } },
    series: SERIES[kind].map(([name, , shape]) => ({
      name: data.words[name],
      type: shape === "bar" ? "bar" : "line",
      data: data[name],
      barMaxWidth: 18,
      connectNulls: false,
      step: shape === "dashed" ? "end" : false,
      lineStyle: { type: shape === "dashed" ? "dashed" : "solid", width: 2 },
      showSymbol: shape !== "dashed",
    })),
  });
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
drawAll();
new ResizeObserver(() => {
  for (const element of document.querySelectorAll("[data-chart]")) echarts.getInstanceByDom(element)?.resize();
}).observe(document.getElementById("main"));
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
