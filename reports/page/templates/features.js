/* Any two features against each other. What it draws stands in #features-data; see reports/features/pairs.py. */

const PLACES = 1000;
const MISSING_PLACE = -1;

/* Text that stands where another stood, and looks the same. */
function putTicks(plot, group, ticks, side) {
  const [first] = group.querySelectorAll("text");
  const looks = [...first.attributes].filter(({ name }) => !["x", "y", "transform"].includes(name));
  const base = side === "x" ? plot.box.bottom + TICK_GAP.x : plot.box.left - TICK_GAP.y;
  group.replaceChildren();
  for (const [place, words] of ticks) {
    if (side === "y") {
      const y = plot.y(place);
      const line = { d: `M${plot.box.left} ${y}H${plot.box.right}`, class: "s-hairline" };
      set(appended(group, "path"), line);
    }
    const text = appended(group, "text");
    for (const { name, value } of looks) text.setAttribute(name, value);
    set(text, side === "x" ? { x: plot.x(place), y: base } : { x: base, y: plot.y(place) + HALF_A_LETTER });
    text.textContent = words;
  }
}

const TICK_GAP = { x: 15, y: 4 };
const HALF_A_LETTER = 4;

function appended(parent, tag) {
  const made = document.createElementNS(parent.namespaceURI, tag);
  parent.append(made);
  return made;
}

/* A dot for a normal transaction, a diamond for a positive one, all of a class as one path. */
function marksOf(colour, points) {
  if (colour === "accent") return points.map(([x, y]) => `M${x} ${y - 3}l3 3-3 3-3-3z`).join("");
  return points.map(([x, y]) => `M${x} ${y}h0`).join("");
}

function drawPoints(plot, data, across, up) {
  let first = 0;
  const drawn = [];
  data.classes.forEach((size, index) => {
    const group = plot.groups[index];
    const points = [];
    for (let row = first; row < first + size; row += 1) {
      const [x, y] = [data.places[across][row], data.places[up][row]];
      if (x !== MISSING_PLACE && y !== MISSING_PLACE) {
        points.push([plot.x(x / PLACES).toFixed(1), plot.y(y / PLACES).toFixed(1)].map(Number));
      }
    }
    first += size;
    drawn.push(points.length);
    const colour = data.colours[index];
    group.replaceChildren();
    const looks = colour === "accent" ? { class: "f-accent" } : { class: "s-normal", "stroke-width": 3.5, "stroke-linecap": "round" };
    set(appended(group, "path"), { d: marksOf(colour, points), opacity: 0.55, ...looks });
  });
  return { drawn, all: first };
}

function comparePairs(data, [plot]) {
  const { svg } = plot;
  plot.groups = [...svg.querySelectorAll(".points")];
  const figure = svg.closest("figure");
  const [x, y] = figure.querySelectorAll("select");
  const said = figure.querySelector(".choose .note");
  const legend = [...figure.querySelectorAll(".legend li")];
  [x, y].forEach((select, chosen) => {
    data.names.forEach((name, place) => select.add(new Option(name, place, false, place === chosen)));
  });
  const follow = () => {
    const [across, up] = [Number(x.value), Number(y.value)];
    const { drawn, all } = drawPoints(plot, data, across, up);
    for (const [side, place] of [["x", across], ["y", up]]) {
      putTicks(plot, svg.querySelector(`.${side}-ticks`), data.ticks[side][place], side);
      svg.querySelector(`.${side}-name text`).textContent = data.axes[place];
    }
    const keys = data.legend.map((name, index) => `${name}, ${count(drawn[index])} drawn`);
    legend.forEach((item, index) => item.lastChild.replaceWith(keys[index]));
    svg.setAttribute("aria-label", `${data.names[up]} against ${data.names[across]}: ${keys.join("; ")}.`);
    const lacking = all - drawn.reduce((sum, some) => sum + some, 0);
    const lack = lacking === 1 ? "lacks" : "lack";
    said.textContent = lacking ? `${count(lacking)} of ${count(all)} ${lack} one of the two values.` : "";
  };
  for (const select of [x, y]) select.addEventListener("change", follow);
  figure.querySelector(".choose").hidden = false;
  /* What it said of missing values is said anew with every choice. */
  figure.querySelector(":scope > .note").textContent = data.note;
  follow();
}

{
  const source = document.getElementById("features-data");
  if (source) comparePairs(JSON.parse(source.textContent), plotsNamed("pair"));
}
