// Runs in the index pages, after `entries`: filters sections by the words that are typed. Without it, the lists stay.
const search = document.getElementById("search");
const words = document.getElementById("words");
const count = document.getElementById("count");
const found = document.getElementById("found");
const own = document.currentScript.src;
const someOf = {
  en: (shown, all) => `${shown} of ${all}`,
  fr: (shown, all) => `${shown} sur ${all}`,
}[document.documentElement.lang];
const most = 40;

const folded = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Sections that have a word beginning with each term; those with the terms in their title come first. */
function matching(terms) {
  const scored = entries.flatMap(([address, title, text]) => {
    if (!terms.every((term) => text.includes(` ${term}`))) return [];
    const inTitle = terms.filter((term) => ` ${folded(title)}`.includes(` ${term}`)).length;
    return [{ address, title, rank: inTitle * 2 + (address.includes("#") ? 0 : 1) }];
  });
  return scored.sort((one, other) => other.rank - one.rank);
}

function item({ address, title }) {
  const link = document.createElement("a");
  link.href = new URL(address, own).href;
  link.textContent = title;
  link.lang = address.startsWith("fr/") ? "fr" : "en";
  const line = document.createElement("li");
  line.append(link);
  return line;
}

function show() {
  const terms = folded(words.value)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const results = terms.length === 0 ? [] : matching(terms);
  found.replaceChildren(...results.slice(0, most).map(item));
  const shown = Math.min(results.length, most);
  count.textContent = terms.length === 0 ? "" : someOf(shown, results.length);
}

search.hidden = false;
words.addEventListener("input", show);
