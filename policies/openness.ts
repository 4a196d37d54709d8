import type { CommunePlan } from "../components/commune/planned.ts";
import { portalFiles } from "../components/portal/manifests.ts";
import { portalPaths } from "../components/portal/published.ts";
import { plannedServices } from "../components/services/index.ts";
import { ruleOfConditions } from "./conditions.ts";
import type { Facts, FactsRule, Violation } from "./rule.ts";

const annotation = (name: string) => ["metadata", "annotations", name];

/** Annotations of ingress controllers that ask for an account before anything is shown. */
const logins = [
  ...["auth-url", "auth-type", "auth-secret", "auth-signin"].map(
    (name) => `nginx.ingress.kubernetes.io/${name}`,
  ),
  ...["auth-type", "auth-secret"].map((name) => `haproxy.org/${name}`),
  ...["auth-url", "auth-secret", "oauth"].map((name) => `haproxy-ingress.github.io/${name}`),
];

/** A middleware may be anything: its name, after its namespace and a dash, says what it is for; "associations" has "sso" in it. */
const middlewares = annotation("traefik.ingress.kubernetes.io/router.middlewares");

const publicWithoutAccount = ruleOfConditions(
  {
    id: "public-without-account",
    level: "mandatory",
    serves: "accessibility",
    description: {
      en: "No login stands before a public name: services ask for an account where one is needed.",
      fr: "Aucune connexion n’est exigée devant une adresse publique : un service demande un compte là où il en faut un.",
    },
    examples: {
      keeps: "an Ingress with a middleware that compresses",
      breaks: "one with the annotation nginx.ingress.kubernetes.io/auth-url",
    },
  },
  [
    ...logins.map((name) => ({ name, must: { absent: annotation(name) } })),
    {
      name: "traefik.ingress.kubernetes.io/router.middlewares",
      must: {
        all: ["auth", "login", "-sso"].map((word) => ({ not: { path: middlewares, contains: word } })),
      },
    },
  ].map(({ name, must }) => ({
    judges: ["Ingress"] as const,
    must,
    message: `has the annotation ${name}, which puts a login before every page. Remove it: the service asks for an account where one is needed.`,
  })),
);

/** Services of the commune that others can be linked with, as it publishes them. */
const ownServices = ({ federation }: CommunePlan) => federation.settings.services;

/** Whether the commune has pages of its own that say more than a list of services. */
const hasPages = ({ declaration, plan }: Facts) =>
  plan.portal !== undefined || declaration.website !== undefined;

const publicPageFirst: FactsRule = {
  id: "public-page-first",
  level: "advisory",
  serves: "accessibility",
  description: {
    en: "Who publishes in a network has a page of its own, where it is read first and without it.",
    fr: "Qui publie sur un réseau a une page à soi, où on le lit d’abord, et sans ce réseau.",
  },
  examples: { keeps: "mastodon: {} with portal: or website:", breaks: "mastodon: {} alone" },
  reads: "facts",
  check: (facts) => {
    const networks = ownServices(facts.plan).filter(
      ({ account, feeds = [] }) => account !== undefined || feeds.length > 0,
    );
    if (networks.length === 0 || hasPages(facts)) return [];
    const named = networks.map(({ software }) => software).join(", ");
    return [
      {
        what: "portal",
        message: `is not declared, and neither is a website: what is said with ${named} has no page of the commune's own before it. Declare portal: (docs/portal.md).`,
        french: `n’est pas déclaré, et aucun site non plus : ce qui se dit avec ${named} n’a pas d’abord une page de la commune. Déclarer portal: (docs/portal.md).`,
      },
    ];
  },
};

const offlineAlternative: FactsRule = {
  id: "offline-alternative",
  level: "advisory",
  serves: "accessibility",
  description: {
    en: "Whoever does without a computer finds an address, a telephone and hours.",
    fr: "Les personnes sans ordinateur trouvent une adresse, un téléphone et des horaires.",
  },
  examples: {
    keeps: "a portal, with address, phone and hours",
    breaks: "services, and neither portal nor website",
  },
  reads: "facts",
  check: (facts) =>
    plannedServices(facts.plan).length === 0 || hasPages(facts)
      ? []
      : [
          {
            what: "portal",
            message:
              "is not declared: no page says where, when and under which number a person is reached. Declare its address, phone and hours.",
            french:
              "n’est pas déclaré : aucune page ne dit où, quand et à quel numéro on joint quelqu’un. Déclarer son adresse, son téléphone et ses horaires.",
          },
        ],
};

const feedsOffered: FactsRule = {
  id: "feeds-offered",
  level: "mandatory",
  serves: "accessibility",
  description: {
    en: "What is published can be followed without an account: news, posts and videos have feeds.",
    fr: "Ce qui est publié se suit sans compte : actualités, messages et vidéos ont des flux.",
  },
  examples: { keeps: "an account with its feeds", breaks: "mairie@social.bron.test without a feed" },
  reads: "facts",
  check: ({ plan }) => [...feedsOfServices(plan), ...feedOfNews(plan)],
};

function feedsOfServices(plan: CommunePlan): Violation[] {
  return ownServices(plan)
    .filter(({ account, feeds = [] }) => account !== undefined && feeds.length === 0)
    .map(({ software, account }) => ({
      what: software,
      message: `publishes as ${account}, and names no feed: who has no account there could not follow it. Name its feeds in its service.ts.`,
      french: `publie sous le nom ${account}, et ne nomme aucun flux : sans compte, on ne pourrait pas le suivre. Nommer ses flux dans son service.ts.`,
    }));
}

function feedOfNews({ portal }: CommunePlan): Violation[] {
  if (portal === undefined) return [];
  const files = portalFiles(portal);
  const link = `<link rel="alternate" type="application/atom+xml"`;
  return files
    .filter(({ path, text }) => path === portalPaths.news && !text.includes(link))
    .map(({ path }) => ({
      what: path,
      message: "names no feed in its head. Use framed of components/portal.",
    }));
}

const standardEndpoints: FactsRule = {
  id: "standard-endpoints",
  level: "advisory",
  serves: "neutrality",
  description: {
    en: "Every service can be reached by a protocol that several programs speak: WebDAV, CalDAV, ActivityPub, feeds.",
    fr: "Chaque service se joint par un protocole que plusieurs programmes parlent : WebDAV, CalDAV, ActivityPub, flux.",
  },
  examples: {
    keeps: "Nextcloud with WebDAV and CalDAV",
    breaks: "a service that names no endpoint and no feed",
  },
  reads: "facts",
  check: ({ plan }) => {
    const open = new Set(
      ownServices(plan)
        .filter(({ endpoints = {}, feeds = [] }) => Object.keys(endpoints).length + feeds.length > 0)
        .map(({ software }) => software),
    );
    return plannedServices(plan)
      .filter(({ service }) => !open.has(service))
      .map(({ service }) => ({
        what: service,
        message:
          "names no open protocol that other programs reach it by: only its own pages lead to what is in it. Name its endpoints or feeds in its service.ts.",
        french:
          "ne nomme aucun protocole ouvert par lequel d’autres programmes le joignent. Nommer ses accès ou ses flux dans son service.ts.",
      }));
  },
};

export const opennessRules = [
  publicWithoutAccount,
  publicPageFirst,
  offlineAlternative,
  feedsOffered,
  standardEndpoints,
];
