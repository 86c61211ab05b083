/* The threshold explorer. All it needs stands in #explorer-data; see reports/explorer/explorer.py. */

/* What a threshold does: exact counts, the figures made of them, and 95 % intervals */

const NORMAL_QUANTILE = 1.959964; /* of 95 % */

function countsAt(split, index) {
  const tp = split.tp[index];
  const fp = split.fp[index];
  const positives = split.positives ?? 0;
  return { index, tp, fp, fn: positives - tp, tn: split.rows - positives - fp, alerts: tp + fp };
}

/* Rows are drawn anew within each class, so what is caught of it is binomial. */
function variance(part, rest) {
  return part + rest > 0 ? (part * rest) / (part + rest) : 0;
}

/* Of what cannot stray there is no interval: resamples know too little, and would say it is sure. */
function around(value, deviation) {
  if (!(deviation > 0)) return null;
  const reach = NORMAL_QUANTILE * deviation;
  return [Math.max(value - reach, 0), value + reach];
}

function drawn(split, name, index) {
  const ends = split.intervals[name]?.map((side) => side[index]);
  return ends && ends[0] !== null ? ends : null;
}

function costOf(counts, costs) {
  return costs.falseAlarm * counts.fp + costs.missed * counts.fn;
}

function costInterval(data, split, counts, costs) {
  const isOwn = costs.falseAlarm === data.unit_costs[0] && costs.missed === data.unit_costs[1];
  if (split.cost_interval && counts.index === data.picked && isOwn) return split.cost_interval;
  if (split.has_few_positives) return null;
  const [caught, alarms] = [variance(counts.tp, counts.fn), variance(counts.fp, counts.tn)];
  const strays = Math.sqrt(costs.missed ** 2 * caught + costs.falseAlarm ** 2 * alarms);
  return around(costOf(counts, costs), strays);
}

function budgetFigures(data, split, counts, costs) {
  const alerts = drawn(split, "alerts", counts.index);
  const per = (whole) => alerts && alerts.map((end) => end / whole);
  const perDay = split.days ? counts.alerts / split.days : null;
  const interval = costInterval(data, split, counts, costs);
  return {
    alerts: { value: counts.alerts, interval: alerts, words: count },
    share: { value: counts.alerts / split.rows, interval: per(split.rows), words: percent },
    alerts_per_day: { value: perDay, interval: per(split.days), words: number },
    cost: { value: costOf(counts, costs), interval, words: number },
  };
}

function rankingFigures(split, counts, index) {
  const outcomes = counts.alerts + split.positives;
  const found = {
    precision: { value: counts.alerts ? counts.tp / counts.alerts : null, words: percent },
    recall: { value: split.positives ? counts.tp / split.positives : null, words: percent },
    f1: { value: outcomes ? (2 * counts.tp) / outcomes : null, words: ratio },
  };
  for (const [name, figure] of Object.entries(found)) figure.interval = drawn(split, name, index);
  return found;
}

function missedAmount(split, index) {
  const value = split.missed_amount?.[index] ?? null;
  const deviation = split.has_few_positives ? null : split.missed_amount_deviation?.[index];
  return { value, interval: around(value, deviation), words: number };
}

/* Each figure is a value (null where undefined), its interval or null, and how both are written. */
function figuresAt(data, split, index, costs) {
  const counts = countsAt(split, index);
  const budget = budgetFigures(data, split, counts, costs);
  const unknown = { value: null };
  return split.positives === null
    ? { ...budget, precision: unknown, recall: unknown, f1: unknown, cost: unknown, missed_amount: unknown }
    : { ...budget, ...rankingFigures(split, counts, index), missed_amount: missedAmount(split, index) };
}

/* Of equals the highest threshold wins, as in `pick`. */
function cheapest(split, candidates, costs) {
  const costAt = (index) => costOf(countsAt(split, index), costs);
  return candidates.reduce((best, index) => (costAt(index) <= costAt(best) ? index : best));
}

/* Where a threshold stands: from 0 to 1 along the axis of the scores */

function place(axis, score) {
  const scale = axis.is_log ? Math.log10 : (value) => value / 2;
  const inside = Math.min(Math.max(score, axis.low), axis.high);
  return (scale(inside) - scale(axis.low)) / (scale(axis.high) - scale(axis.low));
}

/* Marks that move in the drawings */

function lineMark({ svg, box, x }) {
  const { top, bottom } = box;
  const height = bottom - top;
  const shade = element(svg, "rect", { class: "f-accent", y: top, height, "fill-opacity": 0.07 });
  const line = element(svg, "path", { class: "s-accent", fill: "none", "stroke-width": 1.75 });
  const pill = { y: top + height / 2 - 11, width: 12, height: 22, rx: 6, "stroke-width": 2 };
  const grip = element(svg, "rect", { class: "f-accent s-paper grip", ...pill });
  const label = element(svg, "text", { class: "f-accent", y: top - 4 });
  return (share, score) => {
    const at = x(share);
    set(shade, { x: at, width: Math.max(box.right - at, 0) });
    set(line, { d: `M${at} ${top}V${bottom}` });
    set(grip, { x: at - 6 });
    const side = share < 0.2 ? "start" : share > 0.8 ? "end" : "middle";
    set(label, { x: at, "text-anchor": side });
    label.textContent = `threshold ${number(score)}`;
  };
}

function dotMark({ svg, x, y }, colour) {
  const dot = element(svg, "circle", { class: `f-${colour} s-paper`, r: 5.5, "stroke-width": 1.5 });
  return (point) => {
    const isKnown = point.every((value) => value !== null);
    set(dot, { visibility: isKnown ? "visible" : "hidden" });
    if (isKnown) set(dot, { cx: x(point[0]), cy: y(point[1]) });
  };
}

/* Where a threshold is on a curve: x and y, null where undefined. */
const CURVES = {
  "precision-recall": ({ figures }) => [figures.recall.value, figures.precision.value],
  roc: ({ figures, counts }) => [counts.fp / (counts.fp + counts.tn), figures.recall.value],
};

function curveMarks(plots, splits) {
  const [judged] = Object.keys(splits);
  const hasCurve = ({ positives, rows }) => positives > 0 && positives < rows;
  const names = Object.keys(splits).filter((name) => hasCurve(splits[name])).reverse();
  return plots.flatMap((plot) =>
    names.map((name) => {
      const move = dotMark(plot, name === judged ? "accent" : "muted");
      return (found) => move(CURVES[plot.svg.dataset.chart](found[name]));
    }),
  );
}

/* The page: one threshold, shown everywhere at once */

const byId = (id) => document.getElementById(id);

function viewOf({ thresholds, splits, axis }) {
  const lines = plotsNamed("distribution-wide", "distribution-narrow", "sweep");
  const curves = plotsNamed(...Object.keys(CURVES));
  return {
    places: thresholds.map((score) => place(axis, score)),
    lines,
    lineMarks: lines.map(lineMark),
    curves,
    curveMarks: curveMarks(curves, splits),
    buttons: [...document.querySelectorAll("[data-threshold]")],
  };
}

function cellContent({ value, interval, words }) {
  if (value === null) return [NOTHING];
  const small = document.createElement("small");
  small.textContent = interval ? `${words(interval[0])} to ${words(interval[1])}` : NOTHING;
  return [words(value), small];
}

function showCount(cell, value) {
  cell.textContent = count(value);
  const noun = cell.nextElementSibling;
  if (noun) noun.textContent = value === 1 ? noun.dataset.one : noun.dataset.many;
}

function showFigures(name, { figures, counts }) {
  for (const cell of document.querySelectorAll(`[data-split="${name}"]`)) {
    const { figure, count: counted } = cell.dataset;
    if (figure) cell.replaceChildren(...cellContent(figures[figure]));
    if (counted) showCount(cell, counts[counted]);
  }
}

function inWords(score, { figures, counts }) {
  const told = ["precision", "recall"]
    .filter((name) => figures[name].value !== null)
    .map((name) => `${name} ${percent(figures[name].value)}`);
  const alerts = `${count(counts.alerts)} ${counts.alerts === 1 ? "alert" : "alerts"}`;
  return `${number(score)}: ${[...told, alerts].join(", ")}`;
}

function showControls(data, view, state, found) {
  const score = data.thresholds[state.here];
  const [judged] = Object.keys(data.splits);
  byId("slider").value = byId("slider").max * view.places[state.here];
  byId("slider").setAttribute("aria-valuetext", inWords(score, found[judged]));
  byId("threshold").value = score;
  byId("command").textContent = `${data.command} ${score}`;
  for (const button of view.buttons) {
    button.setAttribute("aria-pressed", Number(button.dataset.threshold) === state.here);
  }
  byId("least-cost")?.setAttribute("aria-pressed", leastCost(data, state.costs) === state.here);
}

function show(data, view, state) {
  const found = {};
  for (const [name, split] of Object.entries(data.splits)) {
    const figures = figuresAt(data, split, state.here, state.costs);
    found[name] = { figures, counts: countsAt(split, state.here) };
    showFigures(name, found[name]);
  }
  const score = data.thresholds[state.here];
  view.lineMarks.forEach((move) => move(view.places[state.here], score));
  view.curveMarks.forEach((move) => move(found));
  showControls(data, view, state, found);
}

function leastCost({ splits, candidates }, costs) {
  return cheapest(splits.validation ?? Object.values(splits)[0], candidates, costs);
}

/* What the reader does: each ends in `moveTo` with the position of a threshold */

/* Held, the slider goes to the threshold nearest to it; each key goes on by one at the least. */
function followSlider(places, state, moveTo) {
  const slider = byId("slider");
  let isHeld = false;
  slider.addEventListener("pointerdown", () => { isHeld = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    slider.addEventListener(end, () => { isHeld = false; });
  }
  slider.addEventListener("input", () => {
    const steps = Number(slider.value) - Math.round(slider.max * places[state.here]);
    const there = nearest(places, (other) => Math.abs(other - slider.value / slider.max));
    const isOneOn = !isHeld && (Math.abs(steps) === 1 || there === state.here);
    moveTo(isOneOn ? state.here + Math.sign(steps) : there);
  });
}

function followEntry(thresholds, state, moveTo) {
  const entry = byId("threshold");
  entry.addEventListener("change", () => {
    const wanted = entry.valueAsNumber;
    const isNumber = Number.isFinite(wanted);
    moveTo(isNumber ? nearest(thresholds, (other) => Math.abs(other - wanted)) : state.here);
  });
}

function followCost(input, name, state, moveTo) {
  state.costs[name] = input ? input.valueAsNumber : 0;
  input?.addEventListener("input", () => {
    const isPrice = input.valueAsNumber >= 0;
    input.setAttribute("aria-invalid", !isPrice);
    if (isPrice) state.costs[name] = input.valueAsNumber;
    moveTo(state.here);
  });
}

function followLines({ lines, places }, moveTo) {
  for (const plot of lines) {
    const { left, right } = plot.box;
    draggable(plot, (x) => {
      const share = (x - left) / (right - left);
      moveTo(nearest(places, (other) => Math.abs(other - share)));
    });
  }
}

function followCurves({ curves }, { thresholds, splits }, moveTo) {
  const [split] = Object.values(splits);
  for (const plot of split.positives ? curves : []) {
    const pointAt = CURVES[plot.svg.dataset.chart];
    draggable(plot, (left, top) => {
      const squared = (_, index) => {
        const counts = countsAt(split, index);
        const [x, y] = pointAt({ figures: rankingFigures(split, counts, index), counts });
        return y === null ? Infinity : (plot.x(x) - left) ** 2 + (plot.y(y) - top) ** 2;
      };
      moveTo(nearest(thresholds, squared));
    });
  }
}

function explore(data) {
  const view = viewOf(data);
  const state = { here: data.start, costs: {} };
  const moveTo = (index) => {
    state.here = Math.min(Math.max(index, 0), data.thresholds.length - 1);
    show(data, view, state);
  };
  followCost(byId("false-alarm-cost"), "falseAlarm", state, moveTo);
  followCost(byId("missed-cost"), "missed", state, moveTo);
  followSlider(view.places, state, moveTo);
  followEntry(data.thresholds, state, moveTo);
  followLines(view, moveTo);
  followCurves(view, data, moveTo);
  for (const button of view.buttons) {
    button.addEventListener("click", () => moveTo(Number(button.dataset.threshold)));
  }
  byId("least-cost")?.addEventListener("click", () => moveTo(leastCost(data, state.costs)));
  copies(byId("copy"), byId("command"), byId("copied"));
  moveTo(data.start);
}

if (byId("explorer-data")) {
  document.documentElement.classList.add("live");
  for (const part of document.querySelectorAll(".explore")) part.hidden = false;
  explore(JSON.parse(byId("explorer-data").textContent));
}
