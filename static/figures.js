// Charts above the tables they are drawn from: data-chart names the kind, data-table the table; the first cell of a
// row is the label, the first cell with data-value the figure, and its link the way to the rows.
const echarts = window.echarts;
const boxes = [...document.querySelectorAll('[data-chart]')];
const style = getComputedStyle(document.body);
const ink = (name, fallback) => style.getPropertyValue(name).trim() || fallback;

function read(box) {
	const rows = [...document.getElementById(box.dataset.table).tBodies[0].rows];
	return rows.map((row) => ({ label: row.cells[0].textContent.trim(), cell: row.querySelector('[data-value]'),
		url: row.querySelector('a')?.getAttribute('href') }))
		.filter((row) => row.cell)
		.map(({ label, cell, url }) => ({ name: label, value: Number(cell.dataset.value), url }));
}

function options(kind, data) {
	const text = { color: ink('--ink-2', '#51606f'), fontSize: 14 }, line = { lineStyle: { color: ink('--line', '#d9dfe5') } };
	const names = { type: 'category', data: data.map((d) => d.name), axisLabel: { ...text, hideOverlap: true }, axisLine: line,
		axisTick: { show: false } };
	const values = { type: 'value', minInterval: 1, axisLabel: { ...text, hideOverlap: true }, splitLine: line };
	const blue = ink('--blue', '#1f4e8c');
	const common = { animation: false, textStyle: { fontFamily: style.fontFamily }, color: [blue],
		grid: { left: 8, right: 32, top: 16, bottom: 8, containLabel: true },
		tooltip: { trigger: 'item', renderMode: 'richText', confine: true } };
	if (kind === 'line')
		return { ...common, xAxis: names, yAxis: values, series: [{ type: 'line', data, symbolSize: 8, areaStyle: { opacity: 0.08 } }] };
	return { ...common, xAxis: values, yAxis: { ...names, inverse: true },
		series: [{ type: 'bar', data, barMaxWidth: 22, label: { show: true, position: 'right', ...text } }] };
}

function draw(box) {
	const data = read(box);
	box.hidden = data.length === 0;
	if (box.hidden) return;
	if (box.dataset.chart === 'bar') box.style.height = `${Math.max(8, data.length * 2.2 + 3)}rem`;
	const old = echarts.getInstanceByDom(box);
	old?.dispose();
	const chart = echarts.init(box, null, { renderer: 'canvas' });
	chart.setOption(options(box.dataset.chart, data));
	chart.on('click', ({ data: point }) => { if (point.url) location.assign(point.url); });
}

function all() {
	for (const box of boxes) draw(box);
}

if (echarts) {
	all();
	document.addEventListener('look', all);
	new ResizeObserver(() => {
		for (const box of boxes) echarts.getInstanceByDom(box)?.resize();
	}).observe(document.body);
} else {
	for (const box of boxes) box.hidden = true;
}
