import type { Translated } from "../components/foundation/language/language.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { type DeclaredHost, declaredHosts } from "./declared-hosts.ts";
import type { FactsRule, Violation } from "./rule.ts";
import { textsOf } from "./texts.ts";
import { isOutsideEurope, type Offer, type ThirdParty, thirdParties, thirdPartyOf } from "./third-parties.ts";

/** The declared hosts that are somebody's who offers something, each as a violation. */
function declaredAt(
  hosts: readonly DeclaredHost[],
  offer: Offer,
  tell: (party: ThirdParty) => Translated | undefined,
): Violation[] {
  return hosts.flatMap(({ field, host }) => {
    const party = thirdPartyOf(host, offer);
    const told = party && tell(party);
    return told === undefined
      ? []
      : [{ what: field, message: `names ${host}, ${told.en}`, french: `nomme ${host}, ${told.fr}` }];
  });
}

/** Domains of parts of pages, as they stand in a text: not as the end of another name. */
const pageHosts = thirdParties
  .filter(({ offers }) => offers.includes("page"))
  .map((party) => ({
    party,
    pattern: new RegExp(`(?<![a-z0-9-])${party.domain.replaceAll(".", "\\.")}(?![a-z0-9.-])`, "i"),
  }));

function loadedBy(object: KubernetesObject): Violation[] {
  const texts = textsOf(object);
  return pageHosts.flatMap(({ party, pattern }) => {
    const at = texts.find(({ text }) => pattern.test(text));
    if (at === undefined) return [];
    return [
      {
        what: nameOf(object),
        message: `names ${party.domain} (${party.owner}) in ${at.where}: whoever opens the page would be told to it. Serve that file yourself.`,
        french: `nomme ${party.domain} (${party.owner}) : qui ouvre la page lui serait signalé. Servir ce fichier soi-même.`,
      },
    ];
  });
}

const noForeignHost: FactsRule = {
  id: "no-foreign-host",
  level: "mandatory",
  serves: "neutrality",
  description: {
    en: "No page loads fonts, scripts, maps, CAPTCHAs or statistics from a private third party.",
    fr: "Aucune page ne charge de polices, de scripts, de cartes, de CAPTCHA ou de statistiques d’un tiers privé.",
  },
  examples: { keeps: "fonts of the commune's own", breaks: "fonts.googleapis.com in a page" },
  reads: "facts",
  check: ({ declaration, objects }) => [
    ...declaredAt(declaredHosts(declaration), "page", ({ owner }) => ({
      en: `which serves parts of pages for ${owner}. Serve them yourself.`,
      fr: `qui fournit des morceaux de pages pour ${owner}. Les servir soi-même.`,
    })),
    ...objects.flatMap(loadedBy),
  ],
};

const noPrivateAccount: FactsRule = {
  id: "no-private-account",
  level: "mandatory",
  serves: "neutrality",
  description: {
    en: "Nobody needs an account with a private platform, to log in or to be reached.",
    fr: "Personne n’a besoin d’un compte sur une plateforme privée, ni pour se connecter ni pour être joint.",
  },
  examples: { keeps: "an issuer below the commune's domain", breaks: "login.microsoftonline.com as issuer" },
  reads: "facts",
  check: ({ declaration }) =>
    declaredAt(declaredHosts(declaration), "account", ({ owner }) => ({
      en: `where an account with ${owner} is needed. Name a provider that the commune runs or can leave, such as its own Keycloak or ProConnect.`,
      fr: `où il faut un compte chez ${owner}. Nommer un fournisseur que la commune tient ou peut quitter, comme son propre Keycloak ou ProConnect.`,
    })),
};

const operatorsInEurope: FactsRule = {
  id: "operators-in-eu",
  level: "mandatory",
  serves: "sovereignty",
  description: {
    en: "Who keeps data, sends mail or answers for the commune is under the law of the European Union.",
    fr: "Qui garde des données, envoie du courrier ou répond pour la commune relève du droit de l’Union européenne.",
  },
  examples: {
    keeps: "https://s3.bron.test as store, in-v3.mailjet.com as relay",
    breaks: "s3.eu-west-3.amazonaws.com",
  },
  reads: "facts",
  check: ({ declaration }) =>
    declaredAt(declaredHosts(declaration), "operator", (party) =>
      isOutsideEurope(party)
        ? {
            en: `run by ${party.owner}, which is under the law of another country (${party.country}). Name an operator of the European Union, or one of your own.`,
            fr: `tenu par ${party.owner}, qui relève du droit d’un autre pays (${party.country}). Nommer un opérateur de l’Union européenne, ou le sien.`,
          }
        : undefined,
    ),
};

const encryptedEverywhere: FactsRule = {
  id: "encrypted-everywhere",
  level: "mandatory",
  serves: "security",
  description: {
    en: "Nothing crosses the Internet in the clear. Web addresses and databases cannot be declared otherwise.",
    fr: "Rien ne traverse Internet en clair. Adresses web et bases de données ne peuvent pas être déclarées autrement.",
  },
  examples: {
    keeps: "encryption: none to smtp.bron.test, in Bron's own network",
    breaks: "encryption: none to smtp.example.org",
  },
  reads: "facts",
  check: ({ declaration: { mail, domain } }) => {
    // A relay below the commune's own domain is taken for one in its own network; a Service is in the cluster.
    const isInside = mail?.relay.endsWith(`.${domain}`) || mail?.relay.endsWith(".svc.cluster.local");
    if (mail?.encryption !== "none" || isInside) return [];
    return [
      {
        what: "mail.encryption",
        message: `is none, and ${mail.relay} is not below ${domain}: messages would cross the Internet in the clear. Write starttls or tls.`,
        french: `est none, et ${mail.relay} n’est pas sous ${domain} : les messages traverseraient Internet en clair. Écrire starttls ou tls.`,
      },
    ];
  },
};

export const outsideRules = [noForeignHost, noPrivateAccount, operatorsInEurope, encryptedEverywhere];
