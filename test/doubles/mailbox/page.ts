import { type Html, html } from "../../../components/foundation/page/html.ts";
import { pageText } from "../../../components/foundation/page/page.ts";
import { type Letter, readingOf } from "./letter.ts";

const style = `article{border:1px solid var(--line);border-radius:.5rem;padding:.25rem 1.25rem;margin:1rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}`;

/** A text with its addresses as links. */
function withLinks(text: string): Html[] {
  return text
    .split(/(https:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}

function article(letter: Letter): Html {
  const { text, file } = readingOf(letter);
  return html`<article><h2>À ${letter.to.join(", ")}</h2>
<p class="soft">De ${letter.from}${file && html`, avec le fichier ${file}`}</p>
<pre>${withLinks(text)}</pre></article>
`;
}

/** All letters, the newest first. */
export function lettersPage(letters: readonly Letter[]): string {
  return pageText({
    title: "Courrier de la visite",
    lead: html`Toutes les lettres que le relais de la visite a reçues : rien ne sort de cette machine. Une vraie commune a un vrai relais, et chacun sa messagerie.`,
    body: html`${letters.length === 0 ? html`<p>Aucune lettre pour l’instant.</p>` : [...letters].reverse().map(article)}`,
    style,
    head: html`<link rel="icon" href="data:,">`,
  });
}
