/* The threshold explorer. All it needs stands in #explorer-data; see reports/explorer/explorer.py. */

/* What a threshold does: exact counts, the figures made of them, and 95 % intervals */

const TAIL = 0.025; /* of 95 % */

function countsAt(split, index) {
  const tp = split.tp[index];
  const fp = split.fp[index];
  const positives = split.positives ?? 0;
  return { index, tp, fp, fn: positives - tp, tn: split.rows - positives - fp, alerts: tp + fp };
}

/* The gamma distribution, as far as intervals of sums need it */

function logGamma(a) {
  const coefficients = [
    76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155,
    0.001208650973866179, -0.000005395239384953,
  ];
  const series = coefficients.reduce((sum, each, place) => sum + each / (a + place + 1), 1.000000000190015);
  return (a + 0.5) * Math.log(a + 5.5) - (a + 5.5) + Math.log((2.5066282746310005 * series) / a);
}

/* The regularised lower incomplete gamma function (Press et al., Numerical Recipes, chapter 6.2). */
function lowerGamma(a, x) {
  if (x <= 0) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10000 && term > sum * 1e-14; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * scale;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10000; n += 1) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return 1 - scale * fraction;
}

const NORMAL_QUANTILE = 1.959964; /* of 95 % */

function gammaQuantile(a, share) {
  if (a > 1e5) {
    /* Of Wilson and Hilferty: by then as exact. */
    const side = share < 0.5 ? -NORMAL_QUANTILE : NORMAL_QUANTILE;
    return a * (1 - 1 / (9 * a) + side / (3 * Math.sqrt(a))) ** 3;
  }
  let [low, high] = [0, a + 20 * Math.sqrt(a) + 50];
  for (let n = 0; n < 100 && high - low > 1e-12 * high; n += 1) {
    const middle = (low + high) / 2;
    if (lowerGamma(a, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/* The interval of a sum over rows: `ends_of_sum` in thresholds/uncertainty/sums.py. */
function endsOfSum(total, squares, largest) {
  if (total > 0 && !(squares > 0)) return null;
  const low = total > 0 ? (squares / total) * gammaQuantile(total ** 2 / squares, TAIL) : 0;
  const [above, squared] = [total + largest, squares + largest ** 2];
  if (!(above > 0 && squared > 0)) return null;
  return [low, (squared / above) * gammaQuantile(above ** 2 / squared, 1 - TAIL)];
}

function drawn(split, name, index) {
  const ends = split.intervals[name]?.map((side) => side[index]);
  return ends && ends[0] !== null ? ends : null;
}

/* What alerts cost, as the reader has it: { falseAlarm, missed, isByAmount, recovered }. */

function isPriced(costs) {
  return costs.falseAlarm !== null && (costs.isByAmount || costs.missed !== null);
}

/* What the missed ones cost, and what all of them would if none were caught; null where unknown. */
function losses(split, counts, costs) {
  if (!costs.isByAmount) return [costs.missed * counts.fn, costs.missed * split.positives];
  const money = split.missed_amount;
  return money && [money.total[counts.index], money.at_stake];
}

function costOf(split, counts, costs) {
  const lost = isPriced(costs) ? losses(split, counts, costs) : null;
  if (lost === null) return null;
  const [missed, atStake] = lost;
  return costs.falseAlarm * counts.fp + missed + (1 - costs.recovered) * (atStake - missed);
}

/* Of the missed ones, of what is lost of the caught ones, and what one more may cost. */
function lossSquares(split, counts, costs) {
  const left = (1 - costs.recovered) ** 2;
  if (!costs.isByAmount) {
    return [costs.missed ** 2 * (counts.fn + left * counts.tp), costs.missed];
  }
  const { squares, at_stake: whole, at_stake_squares: wholeSquares } = split.missed_amount;
  const missed = squares[counts.index];
  return [missed + left * (wholeSquares - missed), whole > 0 ? wholeSquares / whole : 0];
}

function isAsPicked(terms, costs) {
  if (terms === null || terms.false_alarm !== costs.falseAlarm || terms.recovered !== costs.recovered) return false;
  return costs.isByAmount ? terms.missed === null : terms.missed === costs.missed;
}

function costInterval(data, split, counts, costs) {
  const value = costOf(split, counts, costs);
  if (value === null) return null;
  const isOwn = counts.index === data.picked && isAsPicked(data.cost_terms, costs);
  if (split.cost_interval && isOwn) return split.cost_interval;
  if (!split.has_cost_interval) return null;
  const [squares, largest] = lossSquares(split, counts, costs);
  /* Of so many rows in all. */
  const strays = Math.max(squares + costs.falseAlarm ** 2 * counts.fp - value ** 2 / split.rows, 0);
  return endsOfSum(value, strays, Math.max(costs.falseAlarm, largest));
}

/* The words of `CostTerms.in_words` in thresholds/objectives/cost.py. */
function costInWords(costs, amountName, noun) {
  if (!isPriced(costs)) return "There is no cost until it is said what a false alarm and a missed one cost.";
  const missed = costs.isByAmount ? `its ${amountName}` : price(costs.missed);
  const lost = price(100 * (1 - costs.recovered));
  const ofCaught = costs.recovered < 1 ? `, ${lost} % of that for a caught one` : "";
  const unit = costs.isByAmount ? amountName : "these prices";
  const prices = `${price(costs.falseAlarm)} for a false alarm, ${missed} for a missed ${noun}${ofCaught}`;
  return `Cost at this threshold: ${prices}; in the unit of ${unit}.`;
}

/* As the command takes them. */
function costOptions(costs, amountName) {
  const missed = costs.isByAmount ? `missed-cost-column ${amountName}` : `missed-cost ${costs.missed}`;
  const recovered = costs.recovered < 1 ? ` --recovered ${costs.recovered}` : "";
  return `--objective cost --false-alarm-cost ${costs.falseAlarm} --${missed}${recovered}`;
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
    cost: { value: costOf(split, counts, costs), interval, words: money },
  };
}

function rankingFigures(split, counts, index) {
  const outcomes = counts.alerts + split.positives;
  const found = {
    precision: { value: counts.alerts ? counts.tp / counts.alerts : null, words: ratio },
    recall: { value: split.positives ? counts.tp / split.positives : null, words: ratio },
    f1: { value: outcomes ? (2 * counts.tp) / outcomes : null, words: ratio },
  };
  for (const [name, figure] of Object.entries(found)) figure.interval = drawn(split, name, index);
  return found;
}

/* The interval of a sum of money over so many rows: `_ends_of_money` in reports/explorer/explorer.py. */
function endsOfMoney(split, total, squares, largest) {
  if (!split.has_cost_interval || !(largest > 0)) return null;
  return endsOfSum(total, Math.max(squares - total ** 2 / split.rows, 0), largest);
}

/* What alerts save of the money at stake, and what is lost; null where amounts are not known. */
function moneyAt(split, index, { recovered }) {
  const money = split.missed_amount;
  if (!money) return null;
  const { at_stake: whole, at_stake_squares: wholeSquares } = money;
  const [missed, squares] = [money.total[index], money.squares[index]];
  const [caught, ofCaught] = [whole - missed, wholeSquares - squares];
  const [left, largest] = [1 - recovered, whole > 0 ? wholeSquares / whole : 0];
  const saved = recovered * caught;
  const lost = missed + left * caught;
  return {
    whole,
    saved: [saved, endsOfMoney(split, saved, recovered ** 2 * ofCaught, recovered * largest)],
    lost: [lost, endsOfMoney(split, lost, squares + left ** 2 * ofCaught, largest)],
  };
}

function missedAmount(split, index) {
  const value = split.missed_amount?.total[index] ?? null;
  if (value === null || !split.has_cost_interval) return { value, interval: null, words: money };
  const { squares, at_stake: whole, at_stake_squares: wholeSquares } = split.missed_amount;
  const strays = Math.max(squares[index] - value ** 2 / split.rows, 0);
  return { value, interval: endsOfSum(value, strays, whole > 0 ? wholeSquares / whole : 0), words: money };
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

/* Of equals the highest threshold wins, as in `pick`; null where nothing is said to cost. */
function cheapest(split, candidates, costs) {
  const costAt = (index) => costOf(split, countsAt(split, index), costs);
  if (split.positives === null || costAt(candidates[0]) === null) return null;
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
    label.textContent = `threshold ${threshold(score)}`;
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

/* The answer in words: those of reports/words/headline.py, for any threshold */

function several(number_of, one, many) {
  return `${count(number_of)} ${number_of === 1 ? one : many}`;
}

function sentence({ among, noun, nouns }, split, { tp, fp, alerts }) {
  const raised = several(alerts, "alert", "alerts");
  if (split.positives === null) {
    return `On ${among} the threshold raises ${raised}. There are no labels, so how many of them are ${nouns} is not known.`;
  }
  const caught = `On ${among} the threshold catches ${count(tp)} of ${several(split.positives, noun, nouns)}`;
  if (alerts === 0) return `${caught}: it raises no alert.`;
  const words = `${caught} and raises ${several(fp, "false alarm", "false alarms")}`;
  if (tp === 0) return `${words}.`;
  if (fp === 0) return `${words}: one alert to look at for each ${noun} found.`;
  return `${words}: ${number(alerts / tp, 2)} alerts to look at for each ${noun} found.`;
}

function tile(name, value, note, interval, words) {
  return { name, value: value === null ? NOTHING : words(value), note, interval: inInterval(interval, words) };
}

function inInterval(interval, words) {
  return interval ? `${words(interval[0])} to ${words(interval[1])}` : "";
}

function tilesAt(data, split, { figures, counts }, costs) {
  const { precision, recall, alerts_per_day: perDay, share } = figures;
  const raised = several(counts.alerts, "alert", "alerts");
  const ofAll = `${percent(share.value)} of transactions`;
  const alerts = split.days
    ? tile("Alerts a day", perDay.value, `${raised}, ${ofAll}`, perDay.interval, number)
    : tile("Alerts", counts.alerts, ofAll, null, count);
  if (split.positives === null) return [alerts];
  const name = `${data.nouns[0].toUpperCase()}${data.nouns.slice(1).toLowerCase()} caught`;
  const caught = `${count(counts.tp)} of ${several(split.positives, data.noun, data.nouns)}`;
  const alarms = `${several(counts.fp, "false alarm", "false alarms")} among ${raised}`;
  return [
    tile(name, recall.value, caught, recall.interval, percent),
    alerts,
    tile("Precision", precision.value, alarms, precision.interval, percent),
    ...moneyTiles(moneyAt(split, counts.index, costs)),
  ];
}

function moneyTiles(found) {
  if (found === null) return [];
  const note = `of ${money(found.whole)} at stake`;
  return ["saved", "lost"].map((name) => tile(`Money ${name}`, found[name][0], note, found[name][1], money));
}

function tileElement({ name, value, note, interval }) {
  const made = document.createElement("div");
  const line = (tag, text, classes = "") => {
    const part = document.createElement(tag);
    part.textContent = text;
    part.className = classes;
    made.append(part);
  };
  line("dt", name);
  line("dd", value, "value");
  if (note) line("dd", note);
  if (interval) line("dd", `95 % interval ${interval}`);
  return made;
}

/* Where the threshold shown comes from. */
function originInWords(data, here, judged) {
  const own = data.picked === null ? null : threshold(data.thresholds[data.picked]);
  const words = `Threshold ${threshold(data.thresholds[here])}`;
  const looked = judged === "test" ? " A threshold chosen by its figures on test may do worse on new data." : "";
  if (own === null) return `${words}, chosen on this page: none is picked yet.${looked}`;
  return `${words}, chosen on this page; the run’s own is ${own}.${looked}`;
}

function showAnswer(data, { here, costs }, found) {
  const [[judged, split]] = Object.entries(data.splits);
  const isOwn = here === data.picked;
  byId("verdict").textContent = sentence(data, split, found[judged].counts);
  byId("tiles").replaceChildren(...tilesAt(data, split, found[judged], costs).map(tileElement));
  const origin = byId("at-threshold");
  origin.textContent = isOwn ? origin.dataset.own : originInWords(data, here, judged);
  byId("back").hidden = data.picked === null || isOwn;
}

/* The address holds a threshold that is not the run's own, so that a link keeps it: #t=8.77 */

const ADDRESS = /^#t=(.+)$/;

function thresholdInAddress(thresholds) {
  const wanted = Number(ADDRESS.exec(location.hash)?.[1] ?? NaN);
  return Number.isFinite(wanted) ? nearest(thresholds, (other) => Math.abs(other - wanted)) : null;
}

/* As few digits as tell it from all others. */
function inAddress(thresholds, index) {
  for (let digits = 3; digits < 17; digits += 1) {
    const words = Number(thresholds[index].toPrecision(digits));
    if (nearest(thresholds, (other) => Math.abs(other - words)) === index) return String(words);
  }
  return String(thresholds[index]);
}

/* A little after the last move: browsers refuse to be told a hundred addresses a second. */
function addressKeeper(data, state) {
  let waiting = 0;
  const write = () => {
    const wanted = state.here === data.start ? "" : `#t=${inAddress(data.thresholds, state.here)}`;
    const isOther = wanted ? location.hash !== wanted : ADDRESS.test(location.hash);
    if (isOther) history.replaceState(null, "", wanted || location.href.split("#")[0]);
  };
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(write, 200);
  };
}

function followAddress(data, state, moveTo, keepAddress) {
  addEventListener("hashchange", () => {
    const there = thresholdInAddress(data.thresholds);
    if (there === null) keepAddress();
    else if (there !== state.here) moveTo(there);
  });
}

/* What alerts cost at each threshold, drawn as the prices are */

function costMark(plot) {
  const path = element(plot.svg, "path", { class: "s-ink", fill: "none", "stroke-width": 1.75 });
  const grid = [0, 0.5, 1].map((share) => {
    const line = element(plot.svg, "path", { class: "s-hairline", fill: "none" });
    const words = element(plot.svg, "text", { class: "f-muted", "text-anchor": "start" });
    return { share, line, words };
  });
  const drawn = [path, ...grid.flatMap(({ line, words }) => [line, words])];
  return (costs, places) => {
    const known = costs.filter((value) => value !== null);
    for (const part of drawn) set(part, { visibility: known.length ? "visible" : "hidden" });
    if (!known.length) return;
    const top = Math.max(...known) || 1;
    const y = (value) => plot.box.bottom - (value / top) * (plot.box.bottom - plot.box.top - 14);
    const points = costs.map((value, index) => `${plot.x(places[index]).toFixed(1)} ${y(value).toFixed(1)}`);
    set(path, { d: `M${points.join("L")}` });
    for (const { share, line, words } of grid) {
      const at = y(share * top);
      set(line, { d: `M${plot.box.left} ${at}H${plot.box.right}` });
      set(words, { x: plot.box.left, y: at - 4 });
      words.textContent = number(share * top, 3);
    }
  };
}

function showCostLine(data, view, { costs }) {
  const [split] = Object.values(data.splits);
  const asked = JSON.stringify(costs);
  if (!view.costMark || view.pricesDrawn === asked) return;
  view.pricesDrawn = asked;
  view.costMark(data.thresholds.map((_, index) => costOf(split, countsAt(split, index), costs)), view.places);
  byId("cost-chart").hidden = !isPriced(costs);
}

/* The page: one threshold, shown everywhere at once */

const byId = (id) => document.getElementById(id);

function viewOf({ thresholds, splits, axis }) {
  const lines = plotsNamed("distribution-wide", "distribution-narrow", "sweep", "alerts-sweep", "cost-sweep");
  const [costs] = plotsNamed("cost-sweep");
  const curves = plotsNamed(...Object.keys(CURVES));
  return {
    places: thresholds.map((score) => place(axis, score)),
    lines,
    costMark: costs ? costMark(costs) : null,
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
    .map((name) => `${name} ${ratio(figures[name].value)}`);
  const alerts = `${count(counts.alerts)} ${counts.alerts === 1 ? "alert" : "alerts"}`;
  return `${threshold(score)}: ${[...told, alerts].join(", ")}`;
}

function showControls(data, view, state, found) {
  const score = data.thresholds[state.here];
  const [judged] = Object.keys(data.splits);
  byId("slider").value = byId("slider").max * view.places[state.here];
  byId("slider").setAttribute("aria-valuetext", inWords(score, found[judged]));
  byId("threshold").value = inAddress(data.thresholds, state.here);
  byId("command").textContent = `${data.command} ${score}`;
  for (const button of view.buttons) {
    button.setAttribute("aria-pressed", Number(button.dataset.threshold) === state.here);
  }
  if (byId("least-cost")) showCosts(data, state);
}

function showCosts(data, { here, costs }) {
  const [button, terms] = [byId("least-cost"), byId("cost-terms")];
  const least = leastCost(data, costs);
  button.disabled = least === null;
  button.title = least === null ? "" : costOptions(costs, data.amount_name);
  button.setAttribute("aria-pressed", least === here);
  byId("missed-cost").disabled = costs.isByAmount;
  terms.textContent = costInWords(costs, data.amount_name, terms.dataset.noun);
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
  showCostLine(data, view, state);
  showControls(data, view, state, found);
  showAnswer(data, state, found);
  const [judged] = Object.keys(data.splits);
  const detail = { threshold: score, split: judged, counts: found[judged].counts };
  document.dispatchEvent(new CustomEvent("threshold", { detail }));
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

/* An empty field is a price that nobody gave; one that is no price leaves the last one. */
function followCost(input, name, state, moveTo, whenEmpty = null) {
  const isEmpty = () => input.value === "" && !input.validity.badInput;
  const value = () => (isEmpty() ? whenEmpty : input.valueAsNumber);
  state.costs[name] = input ? value() : whenEmpty;
  input?.addEventListener("input", () => {
    const price = value();
    const isPrice = price === null || (price >= 0 && price <= (input.max || Infinity));
    input.setAttribute("aria-invalid", !isPrice);
    if (isPrice) state.costs[name] = price;
    moveTo(state.here);
  });
}

function followByAmount(input, state, moveTo) {
  state.costs.isByAmount = input?.checked ?? false;
  input?.addEventListener("change", () => {
    state.costs.isByAmount = input.checked;
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
  const keepAddress = addressKeeper(data, state);
  const moveTo = (index) => {
    state.here = Math.min(Math.max(index, 0), data.thresholds.length - 1);
    show(data, view, state);
    keepAddress();
  };
  followCost(byId("false-alarm-cost"), "falseAlarm", state, moveTo);
  followCost(byId("missed-cost"), "missed", state, moveTo);
  followCost(byId("recovered"), "recovered", state, moveTo, 1);
  followByAmount(byId("by-amount"), state, moveTo);
  followSlider(view.places, state, moveTo);
  followEntry(data.thresholds, state, moveTo);
  followLines(view, moveTo);
  followCurves(view, data, moveTo);
  for (const button of view.buttons) {
    button.addEventListener("click", () => moveTo(Number(button.dataset.threshold)));
  }
  byId("least-cost")?.addEventListener("click", () => moveTo(leastCost(data, state.costs)));
  byId("back").addEventListener("click", () => moveTo(data.picked));
  copies(byId("copy"), byId("command"), byId("copied"));
  followAddress(data, state, moveTo, keepAddress);
  moveTo(thresholdInAddress(data.thresholds) ?? data.start);
}

if (byId("explorer-data")) {
  document.documentElement.classList.add("live");
  for (const part of document.querySelectorAll(".explore")) part.hidden = false;
  explore(JSON.parse(byId("explorer-data").textContent));
}
