import { type Html, html } from "../foundation/page/html.ts";
import {
  type Answers,
  answeredWithin,
  answersPagePath,
  answersPath,
  type ByKind,
  keptDays,
  type Series,
} from "./answers.ts";
import type { FrenchKind } from "./descriptor-page.ts";
import { replacedStyle, replacedWarning } from "./replaced.ts";

/** Style of the list of states. */
const style = `.states{list-style:none;padding:0}
.states li{border:1px solid var(--line);border-left:.5rem solid #2e7d32;border-radius:.5rem;background:var(--panel);padding:.6rem 1rem;margin:.75rem 0}
.states li.away{border-left-color:#b3261e}
.states p{margin:.2rem 0}
.days{display:block;width:100%;height:1.5rem;margin:.4rem 0 .2rem}
.all{fill:#2e7d32}.most{fill:#b26a00}.few{fill:#b3261e}.none{fill:var(--line)}`;

/** The commune whose page it is, and the time of reading. */
export interface Reading {
  name: string;
  now: Date;
  /** French title of a kind of service. */
  french: FrenchKind;
}

/** Returns the page of what has answered: as the commune sees itself, as linked communes see it, and as it sees them. */
export function answersPage(answers: Answers | undefined, reading: Reading) {
  const { name } = reading;
  return {
    title: "État des services",
    lead: html`Ce qui répond maintenant, et ce qui a répondu depuis ${keptDays} jours.`,
    body:
      answers === undefined
        ? html`<p>Rien n’a encore été mesuré. Revenez dans quelques minutes.</p>`
        : all(answers, reading),
    style: style + replacedStyle,
    footer: html`<p><a href="/">${name}</a></p>`,
  };
}

function all(answers: Answers, reading: Reading): Html {
  const { id, measured, own, linked, seenBy } = answers;
  const { name } = reading;
  const outside = Object.entries(seenBy).filter(([, { services }]) => Object.keys(services).length > 0);
  const others = Object.entries(linked).filter(([, { services }]) => Object.keys(services).length > 0);
  return html`${replacedWarning(answers, reading)}
<h2 id="dehors">${name}, vue par d’autres communes</h2>
${
  outside.length === 0
    ? html`<p>Aucune autre commune ne mesure ces services pour l’instant.</p>`
    : outside.map(
        ([peer, { domain, services }]) => html`<h3 id="vu-de-${peer}">Vue de ${domain}</h3>
<p>Mesuré de l’extérieur, par une autre commune. Si cette page ne s’ouvre plus, les chiffres continuent chez elle : <a href="https://${domain}${answersPagePath}#${id}">${domain}${answersPagePath}</a>.</p>
${states(services, reading)}
`,
      )
}
<h2 id="dedans">${name}, vue par elle-même</h2>
<p>Mesuré par la commune seule, sur ses propres machines : une panne de son accès à internet ne s’y voit pas.</p>
${Object.keys(own).length === 0 ? html`<p>Aucun service n’est ouvert.</p>` : states(own, reading)}
<h2 id="communes">Communes liées, vues d’ici</h2>
${
  others.length === 0
    ? html`<p>Aucune.</p>`
    : others.map(
        ([
          peer,
          { domain, services },
        ]) => html`<h3 id="${peer}"><a href="https://${domain}/">${domain}</a></h3>
${states(services, reading, () => undefined)}
`,
      )
}
<p class="soft">Une question toutes les cinq minutes à chaque service : il répond, ou non. Dernière mesure : ${moment(measured)}. Les jours sont ceux du temps universel. Les mêmes chiffres, pour les programmes : <a href="${answersPath}">commune-etat.json</a>.</p>`;
}

type Drawing = (series: Series, title: string, now: Date) => Html | undefined;

/** @param drawing of a series; for a whole metropolis it would be too much to send. */
function states(services: ByKind, reading: Reading, drawing: Drawing = days): Html {
  return html`<ul class="states">
${Object.entries(services)
  .sort()
  .map(([kind, series]) => state(kind, series, reading, drawing))}</ul>`;
}

function state(kind: string, series: Series, { now, french }: Reading, drawing: Drawing): Html {
  const { answers, since } = series;
  const [today, kept] = [1, keptDays].map((length) => answeredWithin(series, length, now));
  return html`<li${answers ? undefined : html` class="away"`}><p><strong>${french(kind)}</strong> : ${
    answers ? "répond" : html`<strong>ne répond pas</strong> depuis le ${moment(since)}`
  }.</p>
${drawing(series, french(kind), now)}
<p class="soft">Aujourd’hui : ${percent(today)}. Sur ${keptDays} jours : ${percent(kept)}.</p></li>
`;
}

/** Returns the share of answers, rounded down: a service that failed once never shows 100 %. */
function percent(counts: { asked: number; answered: number } | undefined): string {
  const { asked, answered } = counts ?? { asked: 0, answered: 0 };
  if (asked === 0) return "pas de mesure";
  const share = Math.floor((1000 * Math.min(answered, asked)) / asked) / 10;
  return `${share.toLocaleString("fr-FR")} % de ${asked.toLocaleString("fr-FR")} ${asked > 1 ? "mesures" : "mesure"}`;
}

/** One stroke for each day, the newest on the right. */
function days(series: Series, title: string, now: Date): Html {
  const late = Math.max(
    0,
    Math.round((Date.parse(now.toISOString().slice(0, 10)) - Date.parse(series.day)) / 86_400_000),
  );
  const classes = Array.from({ length: keptDays }, (_, index) => {
    const [asked, answered] = series.days[index - late] ?? [0, 0];
    if (asked === 0) return "none";
    return answered >= asked ? "all" : answered >= asked * 0.9 ? "most" : "few";
  });
  const strokes = classes.map(
    (of, index) => html`<rect class="${of}" x="${keptDays - 1 - index}" width=".8" height="10"/>`,
  );
  return html`<svg class="days" viewBox="0 0 ${keptDays} 10" preserveAspectRatio="none" role="img" aria-label="${title} : un trait par jour, ${count(classes, "most") + count(classes, "few")} jours avec une panne">${strokes}</svg>`;
}

const count = (classes: readonly string[], of: string) => classes.filter((each) => each === of).length;

function moment(instant: string): string {
  return new Date(instant).toLocaleString("fr-FR", {
    ...{ dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" },
  });
}
