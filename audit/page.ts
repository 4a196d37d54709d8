import { words } from "../components/commune/changes/words.ts";
import { type Html, html } from "../components/foundation/page/html.ts";
import { pageText } from "../components/foundation/page/page.ts";
import { originText, reasonText, titleText } from "./heading.ts";
import type { Block, Origin, Report, Section } from "./report.ts";

const style = `.summary{background:var(--panel);border:1px solid var(--line);border-left:.5rem solid var(--link);border-radius:.5rem;padding:.25rem 1.25rem}
.label{display:inline-block;font-weight:700;border:2px solid currentColor;border-radius:2rem;padding:.1rem .9rem}
.answer{overflow-wrap:anywhere}
td,th{min-width:8.5rem;hyphens:auto}
th{overflow-wrap:normal}
summary{font-weight:600;cursor:pointer;padding:.5rem 0}
@media print{details::details-content{content-visibility:visible;block-size:auto}#technical{break-before:page}}`;

const head = html`<link rel="icon" href="data:,">`;

function block(each: Block, label: string): Html {
  switch (each.kind) {
    case "text":
      return html`<p>${each.text}</p>`;
    case "list":
      return html`<ul>${each.items.map((item) => html`<li>${item}</li>`)}</ul>`;
    case "folded":
      return html`<details><summary>${each.title}</summary><ul lang="${each.language}">${each.items.map((item) => html`<li>${item}</li>`)}</ul></details>`;
    case "table":
      return html`<section class="scroll" tabindex="0" aria-label="${label}"><table>
<thead><tr>${each.head.map((cell) => (cell === "" ? html`<td></td>` : html`<th scope="col">${cell}</th>`))}</tr></thead>
<tbody>${each.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></section>`;
  }
}

/** Words that open the folded part; its heading stands above. */
const unfold = { fr: "Déplier chaque objet", en: "Unfold each object" } as const;

function section({ id, title, blocks }: Section, language: Report["language"]): Html {
  const answer = blocks.map((each, index) => block(each, index === 0 ? title : `${title} (${index + 1})`));
  return id === "technical"
    ? html`<section id="${id}"><h2>${title}</h2><details class="answer"><summary>${unfold[language]}</summary>${answer}</details></section>`
    : html`<section id="${id}" class="answer"><h2>${title}</h2>${answer}</section>`;
}

/** Words of the link to the page on which somebody approves. */
const approving = {
  fr: "Vous avez lu ? Dire oui avec votre clé d’accès",
  en: "You have read it? Say yes with your passkey",
} as const;

/** Fields of a report that its page shows. */
type Paged = Omit<Report, "changes" | "because" | "approval"> & {
  changes: readonly unknown[];
  because?: string | undefined;
};

/**
 * A report as one page, complete in itself: no script, no request to anywhere.
 *
 * @param origin undefined for a report that was read from its file.
 * @param addresses at which it can be approved in a browser.
 */
export function reportPage(
  report: Paged,
  origin: Origin | undefined,
  addresses: readonly string[] = [],
): string {
  const { language, label, summary, sections } = report;
  return pageText({
    language,
    title: titleText(report),
    body: html`<div class="summary"><p><span class="label">${words.effect[label][language]}</span></p>
${report.kind === "change" ? html`<p>${reasonText(report)}</p>` : undefined}
<ul>${summary.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>
${sections.map((each) => section(each, language))}${addresses.map((address) => html`\n<p><a href="${address}">${approving[language]} (${new URL(address).host})</a></p>`)}`,
    footer: origin && html`<p>${originText(origin, language)}</p>`,
    style,
    head,
  });
}
