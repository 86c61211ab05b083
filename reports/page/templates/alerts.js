/* The tables of transactions: sorted, filtered, and at first no longer than a screen or two. */

const AT_FIRST = 20;

/* Numbers by size, other keys by their letters; a row without one goes last either way. */
function compareKeys(one, other, sign) {
  if (one === undefined || other === undefined) return (one === undefined) - (other === undefined);
  const difference = Number(one) - Number(other);
  if (one === other || difference === 0) return 0;
  if (!Number.isNaN(difference)) return sign * difference;
  return sign * (one < other ? -1 : 1);
}

function sortRows(table, { key, sign }) {
  const rows = [...table.tBodies];
  rows.sort((one, other) => compareKeys(one.dataset[key], other.dataset[key], sign));
  table.append(...rows);
  for (const head of table.tHead.querySelectorAll("[data-key]")) {
    if (head.dataset.key !== key) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
  }
}

function isWanted(row, { words, verdict }, texts) {
  if (verdict && row.dataset.verdict !== verdict) return false;
  return words.every((word) => texts.get(row).includes(word));
}

function showRows(listing, table, state, texts) {
  const found = [...table.tBodies].filter((row) => isWanted(row, state, texts));
  const shown = new Set(state.isWhole ? found : found.slice(0, AT_FIRST));
  for (const row of table.tBodies) row.hidden = !shown.has(row);
  const all = table.tBodies.length;
  const said = listing.querySelector(".more");
  said.textContent = shown.size === all ? `All ${all} are shown.` : `${shown.size} of ${all} are shown.`;
  const button = listing.querySelector(".all");
  button.hidden = found.length <= AT_FIRST;
  button.textContent = state.isWhole ? `Show ${AT_FIRST}` : `Show all ${found.length}`;
}

/* A column's head becomes a button: first the highest, then the lowest. */
function sortByHeads(table, state, follow) {
  for (const head of table.tHead.querySelectorAll("[data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const { key } = head.dataset;
      state.sign = state.key === key ? -state.sign : -1;
      state.key = key;
      sortRows(table, state);
      follow();
    });
  }
}

function list(listing) {
  const table = listing.querySelector("table");
  const texts = new Map([...table.tBodies].map((row) => [row, row.textContent.toLowerCase()]));
  const sorted = table.tHead.querySelector("[aria-sort]");
  const sign = sorted.getAttribute("aria-sort") === "descending" ? -1 : 1;
  const state = { key: sorted.dataset.key, sign, words: [], verdict: "", isWhole: false };
  const follow = () => showRows(listing, table, state, texts);
  sortByHeads(table, state, follow);
  const entry = listing.querySelector("input");
  entry.addEventListener("input", () => {
    state.words = entry.value.toLowerCase().split(/\s+/).filter(Boolean);
    follow();
  });
  const buttons = [...listing.querySelectorAll("button[data-verdict]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      state.verdict = button.dataset.verdict;
      for (const other of buttons) other.setAttribute("aria-pressed", other === button);
      follow();
    });
  }
  listing.querySelector(".all").addEventListener("click", () => {
    state.isWhole = !state.isWhole;
    follow();
  });
  for (const part of listing.querySelectorAll(".find, .more")) part.hidden = false;
  follow();
}

for (const listing of document.querySelectorAll(".listing")) list(listing);
