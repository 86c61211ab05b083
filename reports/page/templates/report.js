"use strict";

/* Figures as text: the same words as everywhere else on the page */

const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";
const NOTHING = "–";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/* Halves go to the even digit, as in the figures that were written in advance. */
function fixed(value, decimals) {
  const scaled = value * 10 ** decimals;
  const isHalf = Number.isInteger(value * 2 ** (decimals + 1)) && Math.abs(scaled % 1) === 0.5;
  const rounded = isHalf ? (2 * Math.round(scaled / 2)) / 10 ** decimals : value;
  const [whole, rest] = rounded.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (rest ? `${grouped}.${rest}` : grouped).replace("-", MINUS);
}

function count(value) {
  return fixed(Math.round(value), 0);
}

function superscript(power) {
  const digits = String(Math.abs(power)).replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
  return power < 0 ? `⁻${digits}` : digits;
}

function number(value, digits = 4) {
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power < -4 || power > 8) return `${mantissa.replace("-", MINUS)}×10${superscript(power)}`;
  return fixed(value, Math.max(digits - 1 - power, 0));
}

function percent(share) {
  const points = 100 * share;
  if (points === 0 || points === 100) return `${points}${NARROW_SPACE}%`;
  if (points < 0.01) return `${number(points, 2)}${NARROW_SPACE}%`;
  const decimals = points < 1 ? 3 : points < 99.95 ? 1 : points < 99.995 ? 2 : 4;
  return fixed(points, decimals) + NARROW_SPACE + "%";
}

/* As many digits as tell it from one. */
function threshold(value) {
  for (let digits = 4; digits < 17; digits += 1) {
    const words = number(value, digits);
    if (value === 1 || !/^1\.0*$/.test(words)) return words;
  }
  return String(value);
}

function money(value) {
  return Number.isFinite(value) ? fixed(value, 2) : number(value);
}

/* A price as it was given. */
function price(value) {
  const [whole, rest] = String(Number(value.toPrecision(10))).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest ? `${grouped}.${rest}` : grouped;
}

function ratio(value) {
  return value > 0 && value < 0.01 ? number(value, 2) : fixed(value, 3);
}

function nearest(values, distance) {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) {
    if (distance(values[index], index) < distance(values[best], best)) best = index;
  }
  return best;
}

/* Drawings: which part of one is its axes, and how to make and to drag what is in them */

function plotsNamed(...names) {
  return [...document.querySelectorAll("svg[data-chart]")]
    .filter((svg) => names.includes(svg.dataset.chart))
    .map((svg) => {
      const [left, top, width, height] = svg.dataset.box.split(" ").map(Number);
      const [fromX, toX, fromY, toY] = svg.dataset.limits.split(" ").map(Number);
      return {
        svg,
        box: { left, top, right: left + width, bottom: top + height },
        x: (value) => left + ((value - fromX) / (toX - fromX)) * width,
        y: (value) => top + (1 - (value - fromY) / (toY - fromY)) * height,
      };
    });
}

function element(svg, tag, attributes) {
  const made = document.createElementNS(svg.namespaceURI, tag);
  set(made, attributes);
  svg.append(made);
  return made;
}

function set(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
}

/* Calls back with the pointer's position in the drawing's own units, while it is held down. */
function draggable({ svg }, moved) {
  const tell = (event) => {
    const seen = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / seen.width;
    moved((event.clientX - seen.left) * scale, (event.clientY - seen.top) * scale);
  };
  svg.classList.add("draggable");
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    tell(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) tell(event);
  });
}

/* Copying: to the clipboard, or by selecting the text where there is none */

function copies(button, source, said) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(source);
      said.textContent = "Selected: copy it with your keyboard.";
    }
  });
}
