import { answersPagePath } from "../federation/answers.ts";
import { type Descriptor, descriptorPath } from "../federation/descriptor.ts";
import {
  type FrenchWords,
  type HomeKnown,
  homeSections,
  homeSources,
  homeStyle,
} from "../federation/home-page.ts";
import { latestSections, latestStyle } from "../federation/latest-page.ts";
import { replacedStyle, replacedWarning } from "../federation/replaced.ts";
import { day } from "../foundation/page/day.ts";
import { type Html, html } from "../foundation/page/html.ts";
import { hostedOn, type ListedAssociation } from "./associations.ts";
import { framed } from "./frame.ts";
import { type HomePortal, portalPaths } from "./published.ts";
import { dialled } from "./words.ts";

const style = `${homeStyle}
${latestStyle}
${replacedStyle}
.latest li{border-left-color:var(--town)}
.services li{border-top:.35rem solid var(--town)}
.services p a{font-size:inherit;font-weight:400}
.reach{background:var(--panel);border:1px solid var(--line);border-left:.5rem solid var(--town);border-radius:.5rem;padding:.25rem 1.25rem 1rem;margin-top:2rem}
.reach h2{margin-top:.75rem}
.reach a[href^="tel:"]{white-space:nowrap}
.reach a{overflow-wrap:anywhere}
.reach p,.reach ul{margin:.4rem 0}
.reach address{font-style:normal}
.news{padding:0;list-style:none}
.news li{margin:.5rem 0}`;

/** The first page of a commune that has a portal: its news, its services, and how a person is reached. */
export function portalHome(
  descriptor: Descriptor,
  { website, today }: { website: string | undefined; today: string },
  portal: HomePortal,
  french: FrenchWords,
  { latest, answers }: HomeKnown = {},
): string {
  const { name } = descriptor;
  return framed(
    { ...portal, name, isHome: true },
    {
      title: `${name}, vos services en ligne`,
      lead: html`Des logiciels libres, tenus par la commune elle-même. Tout ce qui est public se lit sans compte.`,
      body: html`${replacedWarning(answers, { name })}
${portal.news.length > 0 ? newest(portal) : undefined}
${homeSections(descriptor, french)}
${associations(portal, today)}
${latestSections(latest, french.kind)}
${reach(descriptor, website, portal)}
${homeSources(descriptor)}`,
      style,
      head: html`<link rel="alternate" type="application/json" href="${descriptorPath}">`,
    },
  );
}

function newest({ news }: HomePortal): Html {
  return html`<h2 id="actualites">Actualités</h2>
<ul class="news">${news.map(
    ({ title, date, path }) =>
      html`<li><a href="${path}">${title}</a>, <time class="soft" datetime="${date}">${day(date)}</time></li>\n`,
  )}</ul>
<p><a href="${portalPaths.news}">Toutes les actualités</a></p>`;
}

/** Associations that are shown at once; the others are one click away. */
const mostAtOnce = 24;

/** The associations that the commune hosts, as tiles. */
function associations({ associations: listed }: HomePortal, today: string): Html | undefined {
  const hosted = hostedOn(listed, today);
  if (hosted.length === 0) return undefined;
  const [shown, others] = [hosted.slice(0, mostAtOnce), hosted.slice(mostAtOnce)];
  return html`<h2 id="associations">Associations</h2>
<p>La commune les héberge ; ce qu’elles publient est à elles.</p>
${tiles(shown)}
${others.length > 0 ? html`<details><summary>${others.length === 1 ? "Une autre" : `Les ${others.length} autres`}</summary>\n${tiles(others)}</details>` : undefined}`;
}

function tiles(hosted: readonly ListedAssociation[]): Html {
  return html`<ul class="services">
${hosted.map(
  ({ name, places }) =>
    html`<li>${places.map(({ what, host }, index) =>
      index === 0
        ? html`<a href="https://${host}">${name}</a>\n<p>${capital(what)} : ${host}</p>`
        : html`<p>Aussi ${what} : <a href="https://${host}">${host}</a></p>`,
    )}</li>\n`,
)}</ul>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Somebody to talk to, for whom no screen is needed. */
function reach(
  { contact }: Pick<Descriptor, "contact">,
  website: string | undefined,
  { address, phone, hours, requests }: HomePortal,
): Html {
  return html`<section class="reach"><h2 id="contact">Parler à quelqu’un</h2>
<address>
<p>${address}</p>
<p>Téléphone : <a href="tel:${dialled(phone)}">${phone}</a></p>
<p>Courriel : <a href="mailto:${contact}">${contact}</a></p>
</address>
<ul>${hours.map((line) => html`<li>${line}</li>\n`)}</ul>
<p>Pour commencer : <a href="${portalPaths.help}">les pages d’aide</a>. Une panne ? <a href="${answersPagePath}">L’état des services</a>.</p>
${requests && html`<p>Vous avez une association ? <a href="${requests}">Demandez un espace pour elle</a>.</p>\n`}${website && html`<p>Le site de la commune : <a href="${website}">${new URL(website).host}</a></p>`}</section>`;
}
