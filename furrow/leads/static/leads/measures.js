// Funnel and weeks: [data-measure] with #measure-data (measure_views.py). The same numbers stand in the tables below.
const { echarts } = window;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const data = JSON.parse(document.getElementById("measure-data").textContent);

function options(kind, text) {
  const tooltip = { renderMode: "richText", backgroundColor: css("--surface"), borderColor: css("--line"), textStyle: { ...text, color: css("--ink") } };
  if (kind === "funnel") {
    const names = data.funnel.map((one) => one.name);
    return {
      animation: false, textStyle: text, tooltip,
      grid: { left: 84, right: 48, top: 8, bottom: 8 },
      xAxis: { type: "value", show: false, min: 0 },
      yAxis: { type: "category", inverse: true, data: names, axisLine: { show: false }, axisTick: { show: false }, axisLabel: text },
      series: [{ type: "bar", data: data.funnel.map((one) => one.value), barWidth: 22, itemStyle: { color: css("--c1") }, label: { ...text, show: true, position: "right" } }],
    };
  }
  const bar = (name, color) => ({ name: data.words[name], type: "bar", data: data[name], barMaxWidth: 14, itemStyle: { color: css(color) } });
  return {
    animation: false, textStyle: text, tooltip: { ...tooltip, trigger: "axis" },
    grid: { left: 40, right: 12, top: 16, bottom: 28 },
    xAxis: { type: "category", data: data.weeks, axisTick: { show: false }, axisLine: { lineStyle: { color: css("--control") } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", min: 0, minInterval: 1, splitNumber: 3, axisLabel: text, splitLine: { lineStyle: { color: css("--line") } } },
    series: [bar("leads", "--c5"), bar("valid", "--c2"), bar("converted", "--c1")],
  };
}

function draw(element) {
  const text = { color: css("--ink-2"), fontSize: 12, fontFamily: css("--cjk") };
  const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "svg" });
  chart.setOption(options(element.dataset.measure, text));
}

const all = () => document.querySelectorAll("[data-measure]");
const drawAll = () => all().forEach(draw);
drawAll();
new ResizeObserver(() => all().forEach((element) => echarts.getInstanceByDom(element)?.resize())).observe(document.getElementById("main"));
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
