/* The tables of transactions: they follow the threshold, and are sorted, searched, grouped, downloaded.
   All rows stand in #listed-data; see reports/words/listed_rows.py. */

const AT_FIRST = 20;
const AT_ONCE = 100;
const MOST_GROUPS = 50;

function made(tag, text = "", attributes = {}) {
  const part = document.createElement(tag);
  part.textContent = text;
  set(part, attributes);
  return part;
}

/* Text from the data, whose direction must not turn that of its neighbours. */
function isolated(tag, text, attributes = {}) {
  const part = made(tag, "", attributes);
  part.append(made("bdi", text));
  return part;
}

/* What each list holds at a threshold, and what it is called then. */
const LISTS = {
  alerts: {
    holds: (row, threshold) => row.score >= threshold,
    inAll: ({ alerts }) => alerts,
    title: (words) => `${words} at this threshold`,
    nouns: () => ["alert", "alerts"],
  },
  misses: {
    holds: (row, threshold) => row.score < threshold,
    inAll: ({ fn }) => fn,
    title: (words) => `${words} missed at this threshold`,
    nouns: (noun, nouns) => [noun, nouns],
  },
};

function rowsOf({ names, rows }) {
  return rows.map((values, place) => {
    const row = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    return { ...row, place, score: Number(row.score), amount: row.amount === null ? undefined : Number(row.amount) };
  });
}

/* Numbers by size, other keys by their letters; a row without one goes last either way. */
function compareKeys(one, other, sign) {
  const isUnknown = (key) => key === undefined || key === "" || Number.isNaN(key);
  if (isUnknown(one) || isUnknown(other)) return isUnknown(one) - isUnknown(other);
  const difference = Number(one) - Number(other);
  if (one === other || difference === 0) return 0;
  if (!Number.isNaN(difference)) return sign * difference;
  return sign * (one < other ? -1 : 1);
}

const KEYS = { score: (row) => row.score, amount: (row) => row.amount, time: (row) => row.moment };

function sorted(rows, { key, sign }) {
  return [...rows].sort((one, other) => compareKeys(KEYS[key](one), KEYS[key](other), sign));
}

/* What became of a row at the threshold. */
function verdictOf({ label, score }, threshold, noun) {
  if (label === null || threshold === null) return "";
  if (label === 1) return `${noun}, ${score >= threshold ? "caught" : "missed"}`;
  return score >= threshold ? "false alarm" : "normal";
}

/* Rows that the page was written with keep their place in it, the others are made when they are shown. */

function factsOf(row, list) {
  const named = ["ids", "entities"].flatMap((kind) => list[kind].map((name, index) => [name, row[kind][index]]));
  const amount = row.amount === undefined ? "" : money(row.amount);
  const facts = [...named, ["time", row.time], ["amount", amount], ["row", `${count(row.row)}, ${row.split}`]];
  return facts.filter(([, value]) => value).map((pair) => pair.join(" ")).join("; ");
}

function detailsOf(row, list) {
  const details = made("details");
  const summary = made("summary");
  summary.append(row.why ? made("bdi", row.why) : "Details");
  summary.append(made("span", ` (${row.name})`, { class: "unseen" }));
  details.append(summary, isolated("p", factsOf(row, list), { class: "shares" }));
  if (row.reasons) details.append(isolated("p", row.reasons, { class: "shares" }));
  return details;
}

function bodyOf(row, table, list) {
  const body = made("tbody", "", { class: "alert", "data-place": row.place });
  const who = made("tr", "", { class: "who" });
  const heads = [...table.tHead.rows[0].cells].map((head) => head.dataset.key ?? head.dataset.part);
  const cells = {
    rank: () => made("td", "", { class: "rank" }),
    name: () => isolated("th", row.name, { scope: "row" }),
    verdict: () => made("td"),
    time: () => isolated("td", row.time, { class: "time" }),
    amount: () => made("td", row.amount === undefined ? "" : money(row.amount), { class: "n" }),
    score: () => made("td", number(row.score), { class: "n score" }),
  };
  who.append(...heads.map((head) => cells[head]()));
  const why = made("tr", "", { class: "why" });
  const cell = made("td", "", { colspan: heads.length });
  cell.append(detailsOf(row, list));
  why.append(cell);
  body.append(who, why);
  return body;
}

function showVerdict(body, row, { threshold, noun }) {
  const place = body.querySelector(".who td:not([class])");
  if (!place || threshold === null) return;
  const words = verdictOf(row, threshold, noun);
  const tag = row.label === 1 ? "tag accent" : "tag";
  place.replaceChildren(...(words ? [made("span", words, { class: tag })] : []));
}

/* The rows at this threshold that the reader asks for */

function textOf(row) {
  const amount = row.amount === undefined ? "" : money(row.amount);
  const parts = [row.name, ...row.ids, ...row.entities, row.time, row.moment, amount, row.why, row.reasons, row.row];
  return parts.join(" ").toLowerCase();
}

function isWanted(row, state) {
  if (state.verdict && verdictOf(row, state.threshold, state.noun) !== state.verdict) return false;
  if (state.member !== null && row.entities[state.group] !== state.member) return false;
  if (!state.words.length) return true;
  row.letters ??= textOf(row);
  const letters = `${row.letters} ${verdictOf(row, state.threshold, state.noun)}`;
  return state.words.every((word) => letters.includes(word));
}

function showRows(part, list, state) {
  const { threshold } = state;
  const there = list.rows.filter((row) => threshold === null || list.holds(row, threshold));
  const found = sorted(there.filter((row) => isWanted(row, state)), state);
  const shown = found.slice(0, state.most);
  const bodies = shown.map((row) => {
    list.bodies[row.place] ??= bodyOf(row, part.table, list);
    return list.bodies[row.place];
  });
  for (const body of [...part.table.tBodies]) if (!bodies.includes(body)) body.remove();
  part.table.append(...bodies);
  bodies.forEach((body, place) => {
    body.hidden = false;
    body.querySelector(".rank").textContent = place + 1;
    showVerdict(body, shown[place], state);
  });
  part.table.hidden = there.length === 0;
  showHowMany(part, state, there.length, found.length, shown.length);
  return { there, found };
}

function showHowMany({ said, all }, state, there, found, shown) {
  said.textContent = there === 0 ? "" : shown === there ? `All ${count(there)} are shown.` : `${count(shown)} of ${count(there)} are shown.`;
  all.hidden = found <= AT_FIRST;
  const next = Math.min(found, state.most + AT_ONCE - (state.most === AT_FIRST ? AT_FIRST : 0));
  all.dataset.next = shown === found ? AT_FIRST : next;
  const words = next === found ? `Show all ${count(found)}` : `Show ${count(next)} of ${count(found)}`;
  all.textContent = shown === found ? `Show ${AT_FIRST}` : words;
}

/* Kinds of rows: each a button with how many there are */

function showVerdicts(box, there, state, follow) {
  const counts = new Map();
  for (const row of there) {
    const verdict = verdictOf(row, state.threshold, state.noun);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const kinds = [...counts.keys()].filter(Boolean).sort();
  if (!kinds.includes(state.verdict)) state.verdict = "";
  const choices = kinds.length > 1 ? ["", ...kinds] : [];
  const labels = choices.map((kind) => {
    const name = kind ? kind[0].toUpperCase() + kind.slice(1) : "All";
    return `${name} ${count(kind ? counts.get(kind) : there.length)}`;
  });
  /* Buttons stay the same ones while one of them may have the focus. */
  while (box.children.length > choices.length) box.lastChild.remove();
  while (box.children.length < choices.length) {
    const button = made("button", "", { type: "button" });
    button.addEventListener("click", () => {
      state.verdict = button.dataset.verdict;
      follow();
    });
    box.append(button);
  }
  choices.forEach((kind, place) => {
    const button = box.children[place];
    button.textContent = labels[place];
    button.setAttribute("aria-pressed", state.verdict === kind);
    button.dataset.verdict = kind;
  });
}

/* Grouped by card, customer or terminal */

function groupsOf(there, place) {
  const groups = new Map();
  for (const row of there) {
    const name = row.entities[place];
    const group = groups.get(name) ?? { name, rows: 0, positives: 0, amount: 0, score: -Infinity };
    group.rows += 1;
    group.positives += row.label === 1 ? 1 : 0;
    group.amount += row.amount ?? 0;
    group.score = Math.max(group.score, row.score);
    groups.set(name, group);
  }
  return [...groups.values()].sort((one, other) => other.rows - one.rows || other.score - one.score);
}

function groupTable(groups, list, state, follow) {
  const title = `By ${list.entities[state.group]}: ${count(groups.length)}, those with most rows first`;
  const knowsAmount = list.rows.some((row) => row.amount !== undefined);
  const knowsLabels = list.rows.some((row) => row.label !== null);
  const columns = [
    ["Rows", ({ rows }) => count(rows)],
    ...(knowsLabels ? [[state.nouns[0].toUpperCase() + state.nouns.slice(1), ({ positives }) => count(positives)]] : []),
    ...(knowsAmount ? [["Amount", ({ amount }) => money(amount)]] : []),
    ["Highest score", ({ score }) => number(score)],
  ];
  const table = made("table", "", { class: "group-table" });
  const head = made("tr");
  head.append(isolated("th", list.entities[state.group], { scope: "col" }));
  head.append(...columns.map(([name]) => made("th", name, { scope: "col", class: "n" })));
  table.append(isolated("caption", title), made("thead"), made("tbody"));
  table.tHead.append(head);
  for (const group of groups.slice(0, MOST_GROUPS)) {
    const line = made("tr");
    const button = isolated("button", group.name || "missing", { type: "button", "aria-pressed": state.member === group.name });
    button.addEventListener("click", () => {
      state.member = state.member === group.name ? null : group.name;
      follow();
    });
    const first = made("th", "", { scope: "row" });
    first.append(button);
    line.append(first, ...columns.map(([, words]) => made("td", words(group), { class: "n" })));
    table.tBodies[0].append(line);
  }
  return table;
}

function showGroups(box, there, list, state, follow) {
  box.hidden = state.group === null || there.length === 0;
  if (box.hidden) return box.replaceChildren();
  const groups = groupsOf(there, state.group);
  const focused = [...box.querySelectorAll("button")].indexOf(document.activeElement);
  box.replaceChildren(groupTable(groups, list, state, follow));
  if (groups.length > MOST_GROUPS) box.append(made("p", `${MOST_GROUPS} of them are shown.`, { class: "note" }));
  if (focused >= 0) box.querySelectorAll("button")[focused]?.focus();
}

function followGroups(box, list, state, follow) {
  list.entities.forEach((name, place) => {
    const button = isolated("button", `Group by ${name}`, { type: "button", "aria-pressed": "false" });
    button.addEventListener("click", () => {
      state.group = state.group === place ? null : place;
      state.member = null;
      [...box.children].forEach((other, index) => other.setAttribute("aria-pressed", index === state.group));
      follow();
    });
    box.append(button);
  });
}

/* Misses by kind: of which values of a column more are missed than of others */

const MOST_COLUMNS = 3;
const MOST_VALUES = 4;

function countedKinds(rows, place, threshold) {
  const kinds = new Map();
  for (const row of rows) {
    const kind = kinds.get(row.kinds[place]) ?? { value: row.kinds[place], all: 0, missed: 0 };
    kind.all += 1;
    kind.missed += row.score < threshold ? 1 : 0;
    kinds.set(kind.value, kind);
  }
  return [...kinds.values()];
}

/* The columns whose values differ most in the share that is missed, as a chi-square test weighs it. */
function tellingKinds({ rows, kinds }, threshold) {
  const overall = rows.filter(({ score }) => score < threshold).length / rows.length;
  const columns = kinds.map((name, place) => {
    const values = countedKinds(rows, place, threshold);
    const spread = values.reduce((sum, { all, missed }) => sum + all * (missed / all - overall) ** 2, 0);
    return { name, values: values.filter(({ missed }) => missed), spread };
  });
  return columns.filter(({ spread }) => spread > 0).sort((one, other) => other.spread - one.spread).slice(0, MOST_COLUMNS);
}

function kindTable(columns, nouns) {
  const table = made("table", "", { class: "kind-table" });
  const head = made("tr");
  const titles = ["Kind", "Missed", nouns[0].toUpperCase() + nouns.slice(1), "Share"];
  head.append(...titles.map((title, place) => made("th", title, { scope: "col", class: place ? "n" : "" })));
  table.append(made("caption", "Missed by kind"), made("thead"), made("tbody"));
  table.tHead.append(head);
  for (const { name, values } of columns) {
    const first = values.sort((one, other) => other.missed - one.missed || other.missed / other.all - one.missed / one.all);
    for (const { value, all, missed } of first.slice(0, MOST_VALUES)) {
      const line = made("tr");
      const cells = [count(missed), count(all), percent(missed / all)];
      line.append(isolated("th", `${name} ${value}`, { scope: "row" }), ...cells.map((words) => made("td", words, { class: "n" })));
      table.tBodies[0].append(line);
    }
  }
  return table;
}

/* Only where the kind of every row is known: of a part of them the shares would mislead. */
function showKinds(box, list, { threshold, counts, nouns }) {
  if (!box || !counts) return;
  const isWhole = list.rows.length === counts.tp + counts.fn && list.rows.every(({ kinds }) => kinds.every(Boolean));
  const columns = isWhole && counts.fn ? tellingKinds(list, threshold) : [];
  box.hidden = columns.length === 0;
  box.replaceChildren(...(columns.length ? [kindTable(columns, nouns)] : []));
}

/* Downloaded as CSV. A spreadsheet takes text that begins like this for a formula. */

const FORMULA = /^[=+\-@\t\r]/;

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function asCsv(rows, list) {
  const head = [...list.ids, ...list.entities, "row", "split", "time", "amount", "score", "label", "reason"];
  const lines = rows.map((row) => [
    ...row.ids, ...row.entities, row.row, row.split, row.moment, row.amount, row.score, row.label, row.why,
  ]);
  return [head, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

function save(name, text) {
  /* The mark at the beginning tells spreadsheets that it is UTF-8. */
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  const link = made("a", "", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/* A column's head becomes a button: first the highest, then the lowest. */
function sortByHeads(table, state, follow) {
  for (const head of table.tHead.querySelectorAll("[data-key]")) {
    const button = made("button", head.textContent, { type: "button" });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const { key } = head.dataset;
      state.sign = state.key === key ? -state.sign : -1;
      state.key = key;
      for (const other of table.tHead.querySelectorAll("[data-key]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", state.sign < 0 ? "descending" : "ascending");
      follow();
    });
  }
}

function partsOf(name) {
  const frame = document.getElementById(name);
  const find = (selector) => frame.querySelector(selector);
  return {
    frame, table: find("table.alerts"), said: find(".more"), all: find(".all"), entry: find("input"),
    verdicts: find(".verdicts"), groups: find(".groups"), grouped: find(".grouped"), kinds: find(".kinds"),
    download: find(".download"), leftOut: find(".left-out"), title: document.getElementById(`${name}-title`),
  };
}

/* How many the page knows of those there are, and how many of them are in no figure for want of a label. */
function showLeftOut({ leftOut, title }, list, { noun, nouns, counts }, there) {
  const isLabelled = list.rows.some(({ label }) => label !== null);
  const unknown = isLabelled ? there.filter(({ label }) => label === null).length : 0;
  const [all, known] = [list.inAll(counts), there.length - unknown];
  title.textContent = list.title(several(all + unknown, ...list.nouns(noun, nouns)));
  const best = list.name === "alerts" ? "highest" : "lowest";
  const sentences = [
    unknown && `${count(unknown)} of them have no label and are in no figure.`,
    all !== known && `${count(known)} of ${unknown ? "the" : "these"} ${count(all)}${unknown ? " others" : ""} are on this page, those with the ${best} scores; anomaly score writes all alerts of a file.`,
  ].filter(Boolean);
  leftOut.hidden = sentences.length === 0;
  leftOut.textContent = sentences.join(" ");
}

function list(name, { noun, nouns, [name]: data }) {
  const part = partsOf(name);
  const content = { ...LISTS[name], ...data, name, rows: rowsOf(data), bodies: {} };
  for (const body of part.table.tBodies) content.bodies[body.dataset.place] = body;
  const first = part.table.tHead.querySelector("[aria-sort]");
  const sign = first.getAttribute("aria-sort") === "descending" ? -1 : 1;
  const state = {
    noun, nouns, key: first.dataset.key, sign, words: [], verdict: "", most: AT_FIRST,
    threshold: null, counts: null, group: null, member: null,
  };
  let found = [];
  const follow = () => {
    const shown = showRows(part, content, state);
    found = shown.found;
    showVerdicts(part.verdicts, shown.there, state, follow);
    showGroups(part.grouped, shown.there, content, state, follow);
    showKinds(part.kinds, content, state);
    part.download.textContent = `Download ${count(found.length)} as CSV`;
    part.download.disabled = found.length === 0;
    if (state.counts) showLeftOut(part, content, state, shown.there);
  };
  sortByHeads(part.table, state, follow);
  followGroups(part.groups, content, state, follow);
  part.entry.addEventListener("input", () => {
    state.words = part.entry.value.toLowerCase().split(/\s+/).filter(Boolean);
    follow();
  });
  part.all.addEventListener("click", () => {
    state.most = Number(part.all.dataset.next);
    follow();
  });
  part.download.addEventListener("click", () => save(`${name}.csv`, asCsv(found, content)));
  document.addEventListener("threshold", ({ detail }) => {
    if (content.rows.length && content.rows[0].split !== detail.split) return;
    [state.threshold, state.counts, state.most] = [detail.threshold, detail.counts, AT_FIRST];
    follow();
  });
  for (const hidden of part.frame.querySelectorAll(".find, .more")) hidden.hidden = false;
  follow();
}

if (document.getElementById("listed-data")) {
  const listed = JSON.parse(document.getElementById("listed-data").textContent);
  for (const { id } of document.querySelectorAll(".listing")) list(id, listed);
}
