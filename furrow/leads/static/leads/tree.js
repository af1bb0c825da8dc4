// The referral tree as a picture: [data-tree] with #tree-data, branches depth first. The same stands in the table below.
const { echarts } = window;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const element = document.querySelector("[data-tree]");
const rows = JSON.parse(document.getElementById("tree-data").textContent);

function rooted() {
  const root = { name: "", children: [] };
  const line = [root];
  for (const { depth, name, step } of rows) {
    const node = { name: step ? `${name} (${step})` : name, children: [] };
    line.length = depth + 1;
    line[depth].children.push(node);
    line.push(node);
  }
  return root.children;
}

function draw() {
  const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "svg" });
  const text = { color: css("--ink"), fontSize: 12, fontFamily: css("--cjk") };
  chart.setOption({
    animation: false,
    series: [{
      type: "tree",
      data: [{ name: "", symbolSize: 1, children: rooted() }],
      left: 8, right: 200, top: 8, bottom: 8,
      symbol: "circle",
      symbolSize: 8,
      initialTreeDepth: -1,
      expandAndCollapse: false,
      itemStyle: { color: css("--c1"), borderColor: css("--c1") },
      lineStyle: { color: css("--control") },
      label: { ...text, position: "right", align: "left", distance: 6 },
    }],
  });
}

element.style.setProperty("height", `${Math.max(160, rows.length * 26)}px`);
draw();
new ResizeObserver(() => echarts.getInstanceByDom(element)?.resize()).observe(document.getElementById("main"));
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
