import { renderSVG } from "uqr";
import { day } from "../../foundation/page/day.ts";
import { type Html, html, trusted } from "../../foundation/page/html.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";
import { pageText } from "../../foundation/page/page.ts";
import { linesOf, type Share } from "./share.ts";

/** Somebody to call in the night of a disaster. */
interface Contact {
  name: string;
  email: string;
}

/** A vault with copies, as the sheet names it: a neighbour's, or a bucket, whose keys do not follow from the seed. */
type KeptCopy =
  | {
      host: Contact;
      /** Address of the vault. */
      address: string;
      /** The commune's user name there. */
      user: string;
    }
  | { address: string; bucket: string };

/** The contents that all sheets of a kit share. */
export interface Kit {
  commune: { id: string; name: string; contact: string };
  /** Holders of the shares, in the order of their numbers. */
  holders: readonly string[];
  needed: number;
  copies: readonly KeptCopy[];
  /**
   * Address of the repository with the declarations and the toolkit; undefined if the checkout has none that others
   * can read.
   */
  repository: string | undefined;
  /** SHA-256 of the site's own certificate authority; undefined if it has none. */
  authority: string | undefined;
  /** The day on which the kit was made: `2026-11-26`. */
  date: string;
}

const style = `@page{size:A4;margin:14mm}
body{font-size:1rem;line-height:1.4}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin:1.1rem 0 .35rem}
p,ol,ul{margin:.35rem 0}
.share{display:flex;gap:1.25rem;align-items:center;justify-content:space-between;border:2px solid currentColor;padding:.6rem .9rem;break-inside:avoid}
.share ol{font:700 1.05rem/1.75 ui-monospace,monospace;white-space:pre;margin:0;padding-left:2rem}
.share svg{width:8.5rem;height:8.5rem;flex:none;background:#fff}
code{font:.92em ui-monospace,monospace;overflow-wrap:anywhere}
pre{font:.92em/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);padding:.4rem .7rem;margin:.25rem 0}
li{margin:.2rem 0}
.blank{display:inline-block;min-width:22rem;border-bottom:1px solid currentColor}
@media (max-width:40rem){.share{flex-direction:column;align-items:flex-start}.share ol{font-size:.85rem;padding-left:1.6rem}}
@media print{:root{--text:#000;--back:#fff;--panel:#eee}body{font-size:10pt}body>header,main,body>footer{padding:0;max-width:none}li,pre{break-inside:avoid}}`;

const head = html`<link rel="icon" href="data:,"><meta name="robots" content="noindex">`;

/** Writes the sheet of one holder: a page in French to print and lock away. It has no script and makes no request. */
export function sheet(kit: Kit, share: Share): string {
  const { commune, holders, needed, date } = kit;
  const lines = linesOf(share, commune.id);
  return pageText({
    title: `Feuille de secours ${ofPlace(commune.name)}`,
    lead: html`Part ${share.number} sur ${share.of}, confiée à : <strong>${holders[share.number - 1]}</strong>. Faite le ${day(date)}, jeu ${share.set}.`,
    body: html`<h2>À quoi elle sert</h2>
<p>Si le serveur de la commune brûle, ${needed} de ces ${share.of} feuilles réunies rouvrent ses copies de secours. Une feuille seule ne dit rien. Gardez-la sous clé, ailleurs qu’à côté du serveur. Ne la photographiez pas, ne l’envoyez par aucun message : ${needed} feuilles ouvrent tout.</p>
<div class="share"><ol>${lines.map((text) => html`<li>${text}</li>`)}</ol>${code(lines)}</div>
<h2>La nuit du sinistre</h2>
<ol>
<li><strong>Réunissez ${needed} personnes</strong> de cette liste, chacune avec sa feuille : ${holders.map((holder, index) => html`${index > 0 ? " ; " : ""}${index + 1}. ${holder}`)}. Les responsables du numérique : ${commune.contact}.</li>
<li><strong>Prenez une machine</strong> sous Debian avec Node, et un cluster Kubernetes vide. Le guide du dépôt (<code>docs/fr/installer.md</code>) dit comment l’installer.</li>
<li><strong>Prenez les déclarations</strong> de la commune et la boîte à outils. Dépôt : ${kit.repository === undefined ? html`<span class="blank">&nbsp;</span> (à écrire à la main)` : html`<code>${kit.repository}</code>`}
<pre>npm ci
npx pulumi stack init ${commune.id}</pre></li>
<li><strong>Tapez les parts</strong> ; l’ordinateur vérifie chaque ligne, et ne montre jamais le secret :
<pre>npx commune recovery kit open ${commune.id}</pre></li>
<li><strong>Relancez tout</strong> ; la commande dit d’abord de quand sont les copies, et ce qui manquera. Le guide, pas à pas : <code>docs/fr/sinistre.md</code>.
<pre>npx commune relocate ${commune.id}</pre></li>
<li><strong>Changez l’adresse</strong> de la commune chez le gardien de son nom de domaine : <code>npx commune dns ${commune.id}</code> dit quoi écrire.</li>
</ol>
<h2>Où sont les copies</h2>
${kit.copies.length === 0 ? html`<p>Aucune commune n’en garde aujourd’hui : ces feuilles ne rouvrent que ce qui reste chez vous.</p>` : copies(kit)}
<h2>Une fois par an</h2>
<p>Essayez ${needed} feuilles : <code>npx commune recovery kit verify ${commune.id}</code>. Une feuille perdue, un bureau qui change : refaites le jeu entier, et détruisez l’ancien.</p>`,
    style,
    head,
  });
}

function copies({ copies: kept, authority }: Kit): Html {
  return html`<ul>${kept.map((copy) =>
    "bucket" in copy
      ? html`<li>Espace de stockage <code>${copy.bucket}</code>, à l’adresse <code>${copy.address}</code> : demandez une clé d’accès à l’opérateur, avec le compte de la commune. Les feuilles ne la redonnent pas.</li>`
      : html`<li>${copy.host.name} (${copy.host.email}) : <code>${copy.address}</code>, sous le nom <code>${copy.user}</code></li>`,
  )}</ul>${
    authority === undefined
      ? html``
      : html`<p>Leurs certificats viennent d’une autorité de la métropole, dont l’empreinte SHA-256 est <code>${authority}</code>.</p>`
  }`;
}

/** Draws the lines as a QR code, for a reader that types what it sees. */
function code(lines: readonly string[]): Html {
  const svg = renderSVG(lines.join("\n"), { ecc: "M", border: 2 });
  return trusted(
    svg.replace("<svg ", '<svg role="img" aria-label="La même part, pour un lecteur de codes" '),
  );
}
