import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Html, html, trusted } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";
import { statementLine } from "../../foundation/page/statement.ts";
import { toolkitFile } from "../../foundation/toolkit.ts";
import { type Hotspot, hoursOn, type Space } from "../places/places.ts";
import { checkRadio } from "../radio/check.ts";
import type { ZoneLevel } from "../radio/levels.ts";
import { modelled, reach } from "../radio/propagation.ts";
import { browserData } from "./browser-data.ts";
import type { MapPlan, MappedSpace } from "./plan.ts";
import type { MapFile } from "./published.ts";
import { mapSvg } from "./svg.ts";
import { reasonWords, showHours, showMargin, showReach } from "./words.ts";

const style = `
figure{margin:0}figure svg{width:100%;height:auto;border:1px solid var(--line)}
#carte{height:34rem;border:1px solid var(--line)}#carte[hidden]{display:none}
#carte,#carte .leaflet-container{background:#fff;color:#1b1b2f}
#carte a{color:#0b3d91}
.note{background:var(--panel);padding:.75rem 1rem;border-left:4px solid var(--line)}
@media print{#carte,.note a{display:none}figure[hidden]{display:block}}`;

/** Leaflet's own files, as npm has them, and the script that draws with it. */
function leaflet(): { script: string; style: string } {
  const { resolve } = createRequire(import.meta.url);
  const own = toolkitFile("components/places/map/browser.js");
  return {
    script: [resolve("leaflet/dist/leaflet.js"), own]
      .map((file) => readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, ""))
      .join("\n"),
    // Its pictures of layers and pins are not used here: without them nothing is asked for.
    style: readFileSync(resolve("leaflet/dist/leaflet.css"), "utf8").replaceAll(
      /url\(images\/[^)]*\)/g,
      "none",
    ),
  };
}

/**
 * The map of a commune as files of one folder: a page with the drawing and a list, in which the drawing moves where
 * there is JavaScript, and the drawing alone, to print. The same places give the same files.
 */
export function mapFiles(map: MapPlan): Record<MapFile, string> {
  const checked = checkRadio(map.places);
  const drawing = mapSvg(map.name, map.places, checked);
  const { script, style } = leaflet();
  return {
    "index.html": page(map, checked.levels, drawing),
    "carte.svg": `${drawing}\n`,
    "carte.js": script,
    "carte.css": style,
  };
}

function page(
  { name, contact, statement, places, spaces }: MapPlan,
  levels: readonly ZoneLevel[],
  drawing: Html,
): string {
  // A closing tag inside of the data would end the element.
  const data = JSON.stringify(browserData(places, levels)).replaceAll("<", "\\u003c");
  return pageText({
    title: `Wi-Fi public et zones blanches à ${name}`,
    lead: html`Des points d’accès gratuits, sans compte, dans chaque quartier ; et des endroits que le Wi-Fi de la commune n’atteint pas plus que le niveau promis.`,
    style,
    head: html`<link rel="stylesheet" href="carte.css">`,
    body: html`<figure id="dessin">${drawing}
<figcaption class="soft">La carte, telle qu’elle s’imprime : <a href="carte.svg">carte.svg</a></figcaption></figure>
<section id="carte" hidden aria-label="Carte à explorer"></section>
<script type="application/json" id="lieux">${trusted(data)}</script>
<script src="carte.js" defer></script>
<h2>Ce que dit cette carte, et ce qu’elle ne dit pas</h2>
<div class="note"><p>Pour une zone blanche, on suppose le pire : aucun mur, aucun arbre, toutes les bornes de la commune allumées ensemble. Le niveau réel est plus bas. La marge est l’écart avec le niveau promis ; « zéro onde » n’existe pas. À moins d’un mètre d’une zone, aucun niveau ne peut être promis : aucune borne n’y est admise. Dans une crèche, aucune borne n’est admise, quelle que soit sa puissance (loi 2015-136). La puissance compte ce que l’antenne et la focalisation du faisceau ajoutent.</p>
<p>La rue desservie est une moyenne de modèle (UIT-R P.1411) moins un écart type : à cette distance, environ cinq endroits sur six captent bien. Le modèle vaut de ${modelled.from} à ${modelled.to} m ; plus près, il est prolongé sans dépasser la portée en vue directe, et c’est indiqué. Ce n’est pas une mesure.</p>
<p>Seules les bornes de la commune comptent ici : ni la téléphonie mobile, ni les box des voisins.</p></div>
<h2>Points Wi-Fi par quartier</h2>
${places.quarters.map((quarter) =>
  quarterList(
    quarter.name,
    places.hotspots.filter((point) => point.quarter === quarter.id),
  ),
)}
<h2>Zones blanches</h2>
<section class="scroll" tabindex="0" aria-label="Tableau des zones blanches"><table><caption>Niveau promis, et marge dans le pire cas</caption>
<thead><tr><th scope="col">Zone</th><th scope="col">Raison</th><th scope="col">Quand</th><th scope="col">Au plus</th><th scope="col">Marge</th></tr></thead>
<tbody>${levels.map(zoneRow)}</tbody></table></section>
<h2>Espaces publics numériques</h2>
<ul>${places.spaces.map((space) =>
      spaceItem(
        space,
        spaces.find(({ place }) => place === space.id),
      ),
    )}</ul>`,
    footer: html`<p>Une question, ou une zone blanche à demander : <a href="mailto:${contact}">${contact}</a>.</p>
<p>Dessiné avec Leaflet. Cette page ne demande rien à aucun autre site.</p>
${statementLine(statement)}`,
  });
}

function quarterList(name: string, hotspots: readonly Hotspot[]): Html {
  return html`<h3>${name}</h3>
<ul>${hotspots.map(
    (point) =>
      html`<li><strong>${point.name}</strong> (${point.setting === "outdoor" ? "dehors" : "dedans"}) : ${showHours({ spans: hoursOn(point) })} ; ${showReach(reach(point))}</li>
`,
  )}</ul>
`;
}

function zoneRow(level: ZoneLevel): Html {
  const { zone } = level;
  return html`<tr><th scope="row">${zone.name}</th><td>${reasonWords[zone.reason]}</td><td>${showHours(zone.schedule)}</td><td>${zone.threshold.text.replace("-", "−")}</td><td>${showMargin(level)}</td></tr>
`;
}

function spaceItem({ name, address }: Space, declared: MappedSpace | undefined): Html {
  const said = declared && [declared.opening, declared.offer].filter((part) => part !== "").join(" ; ");
  return html`<li><strong>${declared?.name ?? name}</strong>${address && `, ${address}`}${said && ` : ${said}`}</li>
`;
}
