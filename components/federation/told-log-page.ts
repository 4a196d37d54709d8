import { day } from "../foundation/page/day.ts";
import { type Html, html } from "../foundation/page/html.ts";
import { ofPlace } from "../foundation/page/of-place.ts";
import type { Signer, ToldChange, ToldDrill, ToldLog, ToldUnapproved } from "./told-log.ts";

const style = `.told{list-style:none;padding:0}
.told li{border:1px solid var(--line);border-left:.5rem solid var(--line);border-radius:.5rem;background:var(--panel);padding:.6rem 1rem;margin:.75rem 0}
.told li.applied{border-left-color:#2e7d32}
.told li.failed,.told li.refused{border-left-color:#b3261e}
.told h3{margin:.2rem 0;font-size:1.05rem}
.told p{margin:.3rem 0}`;

const states: Record<ToldChange["state"], string> = {
  proposed: "Proposé, pas encore approuvé",
  approved: "Approuvé",
  applied: "Fait",
  failed: "Essayé, et arrêté par une erreur",
  refused: "Essai refusé : ce n’était pas ce qui avait été approuvé",
};

/**
 * Sentences about states whose outcome is open: an update writes this page when it begins, so its result appears with
 * the next one.
 */
const unknown: Partial<Record<ToldChange["state"], string>> = {
  approved:
    "La mise à jour qui l’applique reste à faire, ou a déjà eu lieu : cette page dit à la mise à jour suivante ce qu’elle a donné.",
  failed: "Un nouvel essai a pu suivre : cette page le dit à la mise à jour suivante.",
  refused: "Un nouvel essai a pu suivre : cette page le dit à la mise à jour suivante.",
};

const labels: Record<ToldChange["label"], string> = {
  reversible: "On peut revenir à l’état d’avant.",
  "needs a restore point": "On peut revenir à l’état d’avant, grâce à une copie prise juste avant.",
  irreversible: "On ne peut pas revenir en arrière.",
  refused: "Ce changement n’est pas permis.",
};

const roles: Record<Signer["role"], string> = {
  administrator: "pour l’équipe qui fait tourner les services",
  official: "pour les élus",
  "data-protection": "pour la protection des données",
};

const signed = ({ name, role }: Signer) => html`${name}, ${roles[role]}`;

/**
 * Returns the page of the decisions about the commune's cloud, in plain words: who agreed, whether one can go back,
 * what was tried.
 */
export function toldLogPage(log: ToldLog | undefined, { name }: { name: string }) {
  return {
    title: "Changements et accords",
    lead: html`Ce qui change dans les services numériques ${ofPlace(name)}, et qui a dit oui. Chaque accord est signé ; personne ne peut l’ajouter ou le modifier après coup sans que cela se voie.`,
    body: html`<h2 id="changements">Changements</h2>
${changes(log)}
${log?.unapproved && unapproved(log.unapproved)}
${log && log.exceptions.length > 0 ? exceptions(log) : undefined}
<h2 id="exercices">Exercices</h2>
${exercises(log)}
<h2 id="verifier">Vérifier</h2>
${checking(log)}`,
    style,
    footer: html`<p><a href="/">${name}</a></p>`,
  };
}

function changes(log: ToldLog | undefined): Html {
  if (log === undefined || log.changes.length === 0)
    return html`<p>Aucun changement n’a encore été proposé par écrit. Les règles du nuage sont vérifiées à chaque changement, avec ou sans accord.</p>`;
  return html`<ul class="told">
${log.changes.map(
  (
    change,
    index,
  ) => html`<li class="${change.state}"><h3>${states[change.state]}, le ${moment(change.at)}</h3>
${index === 0 && unknown[change.state] ? html`<p>${unknown[change.state]}</p>\n` : undefined}${change.shown.map((sentence) => html`<p>${sentence}</p>\n`)}
<p><strong>${labels[change.label]}</strong></p>
<p class="soft">${change.proposedBy ? html`Proposé par : ${signed(change.proposedBy)}. ` : undefined}${
    change.approvedBy.length === 0
      ? change.state === "proposed"
        ? "Personne n’a encore approuvé."
        : "Aucun accord valable n’est au journal."
      : html`Approuvé par : ${change.approvedBy.map(
          (each, index) => html`${index === 0 ? "" : " ; "}${signed(each)}`,
        )}.`
  }</p></li>
`,
)}</ul>`;
}

function unapproved(updates: readonly ToldUnapproved[]): Html {
  return html`<h2 id="sans-accord">Mises à jour sans accord</h2>
<p>L’équipe qui fait tourner les services les a faites sans accord signé. Elles suivent les mêmes règles. Le journal ne dit pas ce qu’elles ont changé.</p>
<ul class="told">
${updates.map(
  ({ at, isWhole, objects }) =>
    html`<li${isWhole ? undefined : html` class="failed"`}><h3>Le ${moment(at)}</h3>
${objects === undefined ? undefined : html`<p>${objects > 1 ? `${objects} éléments changés` : `${objects} élément changé`}.</p>`}${isWhole ? undefined : html`<p>Arrêtée par une erreur.</p>`}</li>
`,
)}</ul>`;
}

function exceptions({ exceptions: all }: ToldLog): Html {
  return html`<h2 id="exceptions">Exceptions aux règles</h2>
<p>Une règle peut être levée pour une chose, jusqu’à un jour. Un élu ou le délégué à la protection des données le signe.</p>
<ul class="told">
${all.map(
  ({ rule, must, object, reason, owner, expires, signedBy }) =>
    html`<li><h3>Jusqu’au ${day(expires)} : ${must === undefined ? html`règle ${rule}` : html`« ${must} »`}</h3>
<p>${reason}</p>
<p class="soft">${must === undefined ? undefined : html`Règle : ${rule}. `}Pour : ${object}. Responsable : ${owner}. Signé par : ${signed(signedBy)}.</p></li>
`,
)}</ul>`;
}

function exercises(log: ToldLog | undefined): Html {
  const { kitTried, drills = [] } = log ?? {};
  const kit =
    kitTried &&
    html`<p>Les feuilles de secours, qui servent à tout remettre en route ailleurs, ont été essayées le ${day(kitTried)}.</p>`;
  if (drills.length === 0)
    return html`${kit}<p>${kitTried ? "Aucun autre exercice" : "Aucun exercice"} n’est enregistré : rien ne prouve ici en combien de temps les services reviendraient après une panne.</p>`;
  return html`${kit}<p>Un exercice remet les services en route ailleurs, avec les seules copies gardées par d’autres communes, puis efface tout. Personne ne s’en aperçoit, et rien n’est envoyé au dehors.</p>
<ul class="told">
${drills.map(drill)}</ul>`;
}

function drill({ outcome, at, services, rpoSeconds, rtoSeconds, momentAt }: ToldDrill): Html {
  const which = services.join(", ");
  return outcome === "passed" && rtoSeconds !== undefined
    ? html`<li class="applied"><h3>Réussi, le ${moment(at)}</h3>
<p>${which} : tout est revenu en ${duration(rtoSeconds)}, et a été compté.</p>
${momentAt && html`<p>Les bases de données sont aussi revenues, à part, telles qu’elles étaient le ${moment(momentAt)}, entre deux copies.</p>\n`}<p class="soft">Lors d’une vraie panne à ce moment, ce qui avait été écrit dans les dernières ${duration(rpoSeconds)} aurait été perdu.</p></li>
`
    : html`<li class="failed"><h3>Pas réussi, le ${moment(at)}</h3>
<p>${which} : tout n’est pas revenu. La cause doit être corrigée, puis l’exercice refait.</p></li>
`;
}

/** Writes a duration as people say it, rounded up: `4 minutes`, `3 heures`. */
function duration(seconds: number): string {
  const [size, one, more] =
    seconds <= 90
      ? ([1, "seconde", "secondes"] as const)
      : seconds <= 5400
        ? ([60, "minute", "minutes"] as const)
        : ([3600, "heure", "heures"] as const);
  const count = Math.ceil(seconds / size);
  return `${count} ${count > 1 ? more : one}`;
}

function checking(log: ToldLog | undefined): Html {
  const { lines = 0, faulty = 0 } = log ?? {};
  if (lines === 0)
    return html`<p>Le journal des accords est vide. Une mise à jour faite sans accord ne se voit pas sur cette page.</p>`;
  return html`<p>Le journal des accords compte ${lines} ${lines > 1 ? "lignes" : "ligne"}. ${
    faulty === 0
      ? "Toutes sont valables."
      : html`<strong>${faulty} ${faulty > 1 ? "ne sont pas valables, et ne sont pas montrées" : "n’est pas valable, et n’est pas montrée"} ici.</strong>`
  } Les communes liées gardent en mémoire combien il y en a : une ligne retirée se voit. Les noms sont ceux de fonctions, jamais de personnes.</p>
<p>Une mise à jour faite sans accord ne se voit pas tout de suite ici : le prochain changement approuvé l’inscrit au journal.</p>`;
}

function moment(instant: string): string {
  return new Date(instant).toLocaleString("fr-FR", {
    ...{ dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" },
  });
}
