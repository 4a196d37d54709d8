import { day } from "../../../components/foundation/page/day.ts";
import { type Html, html } from "../../../components/foundation/page/html.ts";
import { pageText } from "../../../components/foundation/page/page.ts";
import { type Letter, readingOf } from "./letter.ts";

const style = `article{border:1px solid var(--line);border-radius:.5rem;padding:.25rem 1.25rem;margin:1rem 0;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.75rem 0}`;

/** A text with its addresses as links. */
function withLinks(text: string): Html[] {
  return text
    .split(/(https:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}

/** Date of a letter, as French writes it: the day, and the time of this place. */
function written(date: Date): Html {
  const clock = date.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  return html`, le <time datetime="${date.toISOString()}">${day(date.toISOString().slice(0, 10))} à ${clock}</time>`;
}

function article(letter: Letter): Html {
  const { subject, date, text, file } = readingOf(letter);
  return html`<article><h2>${subject ?? "Sans objet"}</h2>
<p class="soft">À ${letter.to.join(", ")}<br>De ${letter.from}${date && written(date)}${file && html`<br>Avec le fichier ${file}`}</p>
<pre>${withLinks(text)}</pre></article>
`;
}

/** All letters, the oldest first. */
export function lettersPage(letters: readonly Letter[]): string {
  return pageText({
    title: "Courrier de la visite",
    lead: html`Toutes les lettres que le relais de la visite a reçues, de la plus ancienne à la plus récente : rien ne sort de cette machine. Une vraie commune a un vrai relais, et chacun sa messagerie.`,
    body: html`${letters.length === 0 ? html`<p>Aucune lettre pour l’instant.</p>` : letters.map(article)}`,
    style,
    head: html`<link rel="icon" href="data:,">`,
  });
}
