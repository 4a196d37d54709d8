import { day } from "../foundation/page/day.ts";
import { type Html, html } from "../foundation/page/html.ts";
import { conformityOf } from "../foundation/page/statement.ts";
import type { FramedPage } from "./frame.ts";
import type { PortalPlan } from "./plan.ts";
import { dialled } from "./words.ts";

/** The standard that pages are judged by. */
const standard = "référentiel général d’amélioration de l’accessibilité (RGAA)";

/**
 * The statement of accessibility, in the order and under the titles that the State's model prescribes. What nobody
 * declared stands there as not known. Source: https://github.com/DISIC/accessibilite.numerique.gouv.fr,
 * src/obligations/déclaration-accessibilite.md, and law 2005-102 of 11 February 2005, article 47.
 */
export function statementPage({ commune, portal }: PortalPlan): FramedPage {
  const state = conformityOf(portal.audit);
  const { scheme, plan } = portal.accessibility ?? {};
  return {
    title: "Déclaration d’accessibilité",
    lead: html`Ce site est <strong>${state}</strong> au ${standard}.`,
    body: html`<p>La ville de ${commune.name} s’engage à rendre ses sites accessibles, conformément à l’article 47 de la loi n° 2005-102 du 11 février 2005.</p>
<p>${scheme && plan ? "À cette fin, elle met en œuvre :" : "À cette fin, la loi demande :"}</p>
<ul>
<li>${linked(scheme, "un schéma pluriannuel de mise en accessibilité")}</li>
<li>${linked(plan, "un plan d’action pour l’année en cours, avec le bilan de la précédente")}</li>
</ul>
<p>Cette déclaration s’applique à https://${commune.domain}, et aux autres pages de la commune qui mènent à elle : la carte, le Wi-Fi, les ressources des écoles, la connexion.</p>
<p>Elle ne s’applique pas aux services eux-mêmes : documents, vidéos, publications, sites des associations. Aucun audit de ceux-ci n’est déclaré ici.</p>
<h2>État de conformité</h2>
<p>https://${commune.domain} est <strong>${state}</strong> au ${standard}, version 4.1${reason(portal)}.</p>
<h3>Résultats des tests</h3>
${results(portal)}
<h2>Contenus non accessibles</h2>
${lacking(portal)}
<h2>Établissement de cette déclaration d’accessibilité</h2>
${established(portal)}
<h3>Technologies utilisées pour la réalisation du site</h3>
<p>HTML, CSS et SVG. JavaScript aide à explorer la carte et à chercher une leçon ; aucune page n’en a besoin.</p>
${verified(portal)}
<h2>Retour d’information et contact</h2>
<p>Un contenu ou un service vous résiste ? La commune vous indique une autre voie, ou vous le donne sous une autre forme.</p>
<ul>
<li>Écrire à <a href="mailto:${commune.contact}">${commune.contact}</a></li>
<li>Appeler le <a href="tel:${dialled(portal.phone)}">${portal.phone}</a></li>
<li>Venir : ${portal.address}</li>
</ul>
<h2>Voies de recours</h2>
<p>Vous avez signalé un défaut d’accessibilité, et la réponse ne vous satisfait pas, ou ne vient pas ? Vous pouvez :</p>
<ul>
<li>écrire au <a href="https://formulaire.defenseurdesdroits.fr/">Défenseur des droits</a>, ou l’appeler au <a href="tel:0969390000">09 69 39 00 00</a> ;</li>
<li>rencontrer son <a href="https://www.defenseurdesdroits.fr/saisir/delegues">délégué près de chez vous</a> ;</li>
<li>lui envoyer un courrier, gratuit et sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.</li>
</ul>`,
  };
}

type Declared = PortalPlan["portal"];

function linked(address: string | undefined, what: string): Html {
  return address === undefined
    ? html`${what} : la commune n’en indique pas encore l’adresse`
    : html`<a href="${address}">${what}</a>`;
}

function reason({ audit }: Declared): string {
  if (audit === undefined) return " : aucun audit en cours de validité n’est déclaré";
  return audit.rate === 100 ? "" : ", en raison des contenus énumérés ci-dessous";
}

function results({ audit }: Declared): Html {
  if (audit === undefined) {
    return html`<p>Aucun audit n’est déclaré : la loi demande alors de dire « non conforme ».</p>`;
  }
  const { date, by, rate, report } = audit;
  return html`<p>L’audit de conformité du ${day(date)}, par ${by}, révèle que ${rate} % des critères du RGAA sont respectés. Il vaut trois ans.${report && html` <a href="${report}">Le rapport d’audit</a>.`}</p>`;
}

/** Returns what is not accessible, in the three kinds that the law tells apart. */
function lacking({ audit, accessibility }: Declared): Html {
  const { faults = [], derogations = [], exempt = [] } = accessibility ?? {};
  const noFault = () => {
    if (audit === undefined) return html`<p>Elles ne sont pas connues, faute d’audit.</p>`;
    if (audit.rate === 100) return html`<p>L’audit n’en a trouvé aucune.</p>`;
    return html`<p>L’audit en a trouvé. Leur liste n’est pas encore publiée ici : demandez-la à la commune.</p>`;
  };
  return html`<h3>Non-conformités</h3>
${listed(faults) ?? noFault()}
<h3>Dérogations pour charge disproportionnée</h3>
${listed(derogations) ?? html`<p>La commune n’en invoque aucune.</p>`}
<h3>Contenus non soumis à l’obligation d’accessibilité</h3>
${listed(exempt) ?? html`<p>La commune n’en signale aucun.</p>`}`;
}

function listed(lines: readonly string[]): Html | undefined {
  return lines.length === 0 ? undefined : html`<ul>\n${lines.map((each) => html`<li>${each}</li>\n`)}</ul>`;
}

function established({ accessibility }: Declared): Html {
  if (accessibility === undefined) {
    return html`<p>La commune n’a pas encore indiqué la date de cette déclaration.</p>`;
  }
  const { established: first, updated } = accessibility;
  return html`<p>Cette déclaration a été établie le ${day(first)}.${updated && html` Elle a été mise à jour le ${day(updated)}.`}</p>`;
}

/** With what, and where, it was looked for faults: by an audit, and by programs, which are none. */
function verified({ audit }: Declared): Html {
  const unknown = html`<p>${audit === undefined ? "Rien à indiquer, faute d’audit." : "La commune ne l’indique pas ici."}</p>`;
  return html`<h3>Agents utilisateurs, technologies d’assistance et outils utilisés pour vérifier l’accessibilité</h3>
${listed(audit?.tools ?? []) ?? unknown}
<p>Ce qui suit n’est pas un audit, et n’emploie aucun lecteur d’écran. La boîte à outils qui fait ce site essaie ses modèles de pages avec les données d’une commune d’exemple : dans Chromium, à 320 et 1280 pixels de large, sans JavaScript, avec axe-core et html-validate.</p>
<h3>Pages du site ayant fait l’objet de la vérification de conformité</h3>
${listed(audit?.pages ?? []) ?? unknown}`;
}
