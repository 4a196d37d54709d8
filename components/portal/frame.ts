import { answersPagePath } from "../federation/answers.ts";
import { latestPagePath } from "../federation/latest.ts";
import { toldLogPath } from "../federation/told-log.ts";
import { type Html, html } from "../foundation/page/html.ts";
import { ofPlace } from "../foundation/page/of-place.ts";
import { pageText } from "../foundation/page/page.ts";
import { type HomePortal, portalPaths } from "./published.ts";
import { withFrenchSpaces } from "./words.ts";

/** A page of the portal: its own text between what all of them have. */
export interface FramedPage {
  title: string;
  lead?: Html;
  body: Html;
  style?: string;
  head?: Html;
}

/** The commune whose page it is. */
export interface Framing extends Pick<HomePortal, "colour" | "hasArms" | "conformity"> {
  name: string;
  /** Whether it is the first page, which does not lead to itself. */
  isHome?: boolean;
  /** Origin of the commune's own pages, `https://…`, for a page at another name; its arms are not shown there. */
  origin?: string | undefined;
}

/** Colours of our own, where the town declares none. */
const usualColour = "#1f3a5f";

const style = (colour: string) => `:root{--town:${colour}}
.town{background:var(--town);color:#fff;margin:0 0 .5rem}
.town>p{max-width:70rem;margin:0 auto;padding:.6rem 1.25rem;display:flex;align-items:center;gap:.9rem;font-weight:600}
.town>p{font-size:1.15rem}
.town img{height:3rem;width:auto;background:#fff;border-radius:.25rem;padding:.15rem}
.town a{color:#fff}
.town a:focus-visible{outline-color:#fff}
body>footer ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:.5rem 0}`;

/** A page in the town's look: its colour and its arms on top, what the law asks for below. */
export function framed(
  { name, colour, hasArms: declared, conformity, isHome = false, origin = "" }: Framing,
  page: FramedPage,
): string {
  const hasArms = declared && origin === "";
  const arms = hasArms ? html`<img src="${portalPaths.arms}" alt="">` : undefined;
  return pageText({
    ...page,
    ...(page.lead && { lead: withFrenchSpaces(page.lead) }),
    body: withFrenchSpaces(page.body),
    banner: html`<div class="town"><p>${arms}${isHome ? html`<span>Ville ${ofPlace(name)}</span>` : html`<a href="${origin}/">Ville ${ofPlace(name)}</a>`}</p></div>`,
    footer: html`<nav aria-label="Informations sur ce site"><ul>
<li><a href="${origin}${portalPaths.news}">Actualités</a></li>
<li><a href="${origin}${latestPagePath}">Publications et vidéos</a></li>
<li><a href="${origin}${portalPaths.help}">Aide</a></li>
<li><a href="${origin}${answersPagePath}">État des services</a></li>
<li><a href="${origin}${toldLogPath}">Changements et accords</a></li>
<li><a href="${origin}${portalPaths.software}">Logiciels utilisés</a></li>
<li><a href="${origin}${portalPaths.data}">Données ouvertes</a></li>
<li><a href="${origin}${portalPaths.accessibility}">Accessibilité\u00a0: ${conformity}</a></li>
<li><a href="${origin}${portalPaths.legal}">Mentions légales</a></li>
</ul></nav>`,
    style: style(colour ?? usualColour) + (page.style ?? ""),
    head: html`<link rel="icon" href="${hasArms ? portalPaths.arms : "data:,"}">
<link rel="alternate" type="application/atom+xml" title="Actualités ${ofPlace(name)}" href="${origin}${portalPaths.feed}">
${page.head}`,
  });
}
