"use strict";

/* Curves of methods on the same axes: switched on and off, and lit up while they are pointed at. */

/* So many can be told apart at a time; what is switched on besides looks all alike. */
const MOST_APART = 6;

function freeStyle(styles) {
  const taken = new Set(styles.values());
  for (let style = 0; style < MOST_APART; style += 1) {
    if (!taken.has(String(style))) return String(style);
  }
  return "more";
}

/* A drawing says in words which lines there are. */
function nameLines(figure) {
  const shown = [...figure.querySelectorAll(".legend [data-method]")].filter(
    (entry) => entry.dataset.style !== "off",
  );
  const said = shown.map((entry) => entry.textContent.trim().replace(/\s+/g, " "));
  const label = `${figure.querySelector("h3").textContent}: ${said.join("; ") || "no curve"}.`;
  for (const svg of figure.querySelectorAll(".chart")) svg.setAttribute("aria-label", label);
}

function switchCurves(section) {
  const switches = [...section.querySelectorAll(".switches [data-method]")];
  const places = switches.map((entry) => entry.dataset.method);
  const inputs = switches.map((entry) => entry.querySelector("input"));
  const parts = places.map((place) => [
    ...section.querySelectorAll(`.method-${place}, [data-method="${place}"]`),
  ]);
  const first = new Map(
    switches.filter((entry) => entry.dataset.style).map((entry) => [entry.dataset.method, entry.dataset.style]),
  );
  let styles = new Map(first);

  const draw = () => {
    inputs.forEach((input, index) => input.checked || styles.delete(places[index]));
    inputs.forEach((input, index) => {
      const place = places[index];
      if (input.checked && !styles.has(place)) styles.set(place, freeStyle(styles));
      for (const part of parts[index]) {
        part.removeAttribute("hidden");
        part.dataset.style = styles.get(place) ?? "off";
      }
    });
    section.querySelectorAll(".overlay").forEach(nameLines);
  };

  /* Nothing is lit where the method is not drawn, or where there is none. */
  const light = (index) => {
    const isDrawn = styles.has(places[index]);
    for (const part of section.querySelectorAll(".lit")) part.classList.remove("lit");
    section.classList.toggle("lighted", isDrawn);
    if (isDrawn) for (const part of parts[index]) part.classList.add("lit");
  };

  switches.forEach((entry, index) => {
    inputs[index].hidden = false;
    inputs[index].addEventListener("change", () => {
      draw();
      light(index);
    });
    for (const event of ["pointerenter", "focusin"]) entry.addEventListener(event, () => light(index));
    for (const event of ["pointerleave", "focusout"]) entry.addEventListener(event, () => light(-1));
  });
  for (const button of section.querySelectorAll("[data-every]")) {
    button.addEventListener("click", () => {
      const { every } = button.dataset;
      styles = new Map(every === "first" ? first : []);
      inputs.forEach((input, index) => {
        input.checked = every === "all" || (every === "first" && first.has(places[index]));
      });
      draw();
    });
  }
  for (const part of section.querySelectorAll(".others")) part.hidden = true;
  for (const part of section.querySelectorAll(".every")) part.hidden = inputs.length < 3;
  draw();
}

for (const section of document.querySelectorAll(".overlays")) switchCurves(section);
