import { nameOf } from "../components/foundation/manifest/object.ts";
import { day } from "../components/foundation/page/day.ts";
import { html } from "../components/foundation/page/html.ts";
import { portalFiles } from "../components/portal/manifests.ts";
import { portalPaths } from "../components/portal/published.ts";
import { pageFaults } from "./page-faults.ts";
import type { Facts, FactsRule } from "./rule.ts";
import { textsOf } from "./texts.ts";

/** Years for which an audit of accessibility counts. Source: decree 2019-768, article 6. */
const auditCounts = 3;

const accessibilityStatement: FactsRule = {
  id: "accessibility-statement",
  level: "mandatory",
  serves: "accessibility",
  description: {
    en: "The statement of accessibility rests on an audit of the last three years, or says that there is none.",
    fr: "La déclaration d’accessibilité repose sur un audit de moins de trois ans, ou dit qu’il n’y en a pas.",
  },
  examples: { keeps: "an audit of 2023-11-26, on 2026-11-26", breaks: "the same of one day before" },
  reads: "facts",
  check: ({ declaration: { portal }, today }) => {
    const { audit } = portal ?? {};
    if (audit === undefined) return [];
    const until = `${Number(audit.date.slice(0, 4)) + auditCounts}${audit.date.slice(4)}`;
    if (audit.date > today) {
      return [
        {
          what: "portal.audit.date",
          message: `is ${audit.date}, which is yet to come.`,
          french: `est le ${day(audit.date)}, qui est encore à venir.`,
        },
      ];
    }
    return today > until
      ? [
          {
            what: "portal.audit.date",
            message: `is ${audit.date}: an audit counts for ${auditCounts} years, and the statement would say what is no longer known. Write that of a new one, or take it out: the statement then says that the pages do not conform.`,
            french: `est le ${day(audit.date)} : un audit vaut ${auditCounts} ans, et la déclaration dirait ce qu’on ne sait plus. Écrire celle d’un nouvel audit, ou la retirer : la déclaration dit alors « non conforme ».`,
          },
        ]
      : [];
  },
};

const legalPages: FactsRule = {
  id: "legal-pages",
  level: "mandatory",
  serves: "accessibility",
  description: {
    en: "Every page of the portal leads to who publishes it, who answers for it and who hosts it.",
    fr: "Chaque page du portail mène à qui la publie, qui en répond et qui l’héberge.",
  },
  examples: {
    keeps: "/mentions-legales with name, address, telephone, director and host",
    breaks: "the same without the host's telephone",
  },
  reads: "facts",
  check: ({ plan }) => {
    if (plan.portal === undefined) return [];
    const { commune, portal } = plan.portal;
    const pages = portalFiles(plan.portal).filter(({ type }) => type.startsWith("text/html"));
    const legal = pages.find(({ path }) => path === portalPaths.legal)?.text ?? "";
    // Law 2004-575 of 21 June 2004, article 1-1.
    const asked = [
      ["the commune's name", "le nom de la commune", commune.name],
      ["its address", "son adresse", portal.address],
      ["its telephone number", "son numéro de téléphone", portal.phone],
      ["who answers for what is published", "qui répond de ce qui est publié", portal.director],
      ["the host's name", "le nom de l’hébergeur", portal.host.name],
      ["the host's address", "l’adresse de l’hébergeur", portal.host.address],
      ["the host's telephone number", "le numéro de téléphone de l’hébergeur", portal.host.phone],
    ] as const;
    const lacking = asked.filter(
      ([, , value]) => value.trim() === "" || !legal.includes(html`${value}`.toString()),
    );
    return [
      ...lacking.map(([en, fr]) => ({
        what: portalPaths.legal,
        message: `does not say ${en}.`,
        french: `ne dit pas ${fr}.`,
      })),
      ...pages
        .filter(({ text }) => !text.includes(`href="${portalPaths.legal}"`))
        .map(({ path }) => ({
          what: path,
          message: `does not lead to ${portalPaths.legal}. Use framed of components/portal.`,
          french: `ne mène pas à ${portalPaths.legal}. Utiliser framed de components/portal.`,
        })),
    ];
  },
};

/** Every page that is known as a text, with its place. */
function pagesOf({ plan, objects }: Facts): { what: string; text: string }[] {
  const own = plan.portal === undefined ? [] : portalFiles(plan.portal);
  return [
    ...own.filter(({ type }) => type.startsWith("text/html")).map(({ path, text }) => ({ what: path, text })),
    ...objects
      .filter(({ kind }) => kind === "ConfigMap")
      .flatMap((object) =>
        textsOf(object)
          .filter(({ name }) => name?.endsWith(".html"))
          .map(({ where, text }) => ({ what: nameOf(object), text, where })),
      ),
  ];
}

const pageIsClean: FactsRule = {
  id: "page-is-clean",
  level: "mandatory",
  serves: "accessibility",
  description: {
    en: "A page says its language and its title, describes its pictures, and loads nothing from another host.",
    fr: "Une page dit sa langue et son titre, décrit ses images, et ne charge rien d’un autre serveur.",
  },
  examples: {
    keeps: '<html lang="fr">, a title, <img alt="">',
    breaks: "a page that loads //images.example/a.svg",
  },
  reads: "facts",
  check: (facts) =>
    pagesOf(facts).flatMap(({ what, text }) => pageFaults(text).map((message) => ({ what, message }))),
};

export const pageRules = [accessibilityStatement, legalPages, pageIsClean];
