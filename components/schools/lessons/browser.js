const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const [form, words, subject, level, count] = ["search", "words", "subject", "level", "count"].map((id) =>
  document.getElementById(id),
);
const lessons = Array.from(document.querySelectorAll("#lessons > li"), (item) => ({
  item,
  text: plain(item.textContent),
}));
function narrow() {
  const wanted = plain(words.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { item, text } of lessons) {
    const { subject: about, levels } = item.dataset;
    const fits =
      wanted.every((word) => text.includes(word)) &&
      (subject.value === "" || subject.value === about) &&
      (level.value === "" || levels.split(" ").includes(level.value));
    item.hidden = !fits;
    if (fits) shown += 1;
  }
  count.textContent =
    shown === 0 ? "Aucune leçon ne correspond." : shown === 1 ? "1 leçon" : `${shown} leçons`;
}
form.addEventListener("input", narrow);
form.hidden = lessons.length === 0;
