import type { Change } from "../components/commune/changes/change.ts";
import type { Interruption } from "../components/commune/changes/effect.ts";
import { titleOf } from "../components/commune/changes/words.ts";
import type { NewsItem } from "../components/portal/news.ts";
import { serviceNames } from "../components/services/index.ts";
import type { Facts, FactsRule, Violation } from "./rule.ts";

/** Days for which a piece of news announces: an older one was about something else. */
const announcedFor = 31;

const pauses: Readonly<Record<Exclude<Interruption, "none">, { en: string; fr: string }>> = {
  short: {
    en: "is unavailable for some seconds to a minute",
    fr: "s’interrompt quelques secondes à une minute",
  },
  "until migrated": {
    en: "is unavailable until it is migrated",
    fr: "s’interrompt jusqu’à la fin de sa migration",
  },
  "until restored": {
    en: "is unavailable until its database is restored",
    fr: "s’interrompt jusqu’à la fin de la restauration de sa base",
  },
  ended: {
    en: "ends, for good or until it comes back",
    fr: "s’arrête, définitivement ou jusqu’à son retour",
  },
};

/** Services that news not older than a month announces. */
function announced(news: readonly NewsItem[], today: string): Set<string> {
  const from = new Date(Date.parse(today) - announcedFor * 86_400_000).toISOString().slice(0, 10);
  return new Set(news.filter(({ date }) => date >= from).flatMap(({ announces = [] }) => announces));
}

/**
 * Services that a change interrupts for the asked length, each with its interruption; without what an undo brings
 * back in a hurry.
 */
function interrupted(changes: readonly Change[], isLong: boolean): Map<string, Change["interruption"]> {
  const made = changes.filter(
    ({ effect, interruption, told }) =>
      effect !== "refused" && interruption !== "none" && told.sentence !== "versionRestored",
  );
  const named = (asked: boolean) =>
    made
      .filter(({ interruption }) => (interruption !== "short") === asked)
      .flatMap(({ affected, interruption }) => affected.map((name) => [name, interruption] as const))
      // Associations hear of themselves by letter (docs/tenants.md): why one is suspended is nobody else's matter.
      .filter(([name]) => serviceNames.some((service) => service === name));
  const longOnes = new Map(named(true));
  return isLong ? longOnes : new Map(named(false).filter(([name]) => !longOnes.has(name)));
}

function untold({ changes, declaration: { id }, plan: { portal }, site, today }: Facts, isLong: boolean) {
  // If all data may go, the commune has no readers; if it has no news, they have no place to read.
  if (changes === undefined || portal === undefined || site?.dataIsDisposable) return [];
  if (portal.news.length === 0) return [];
  const told = announced(portal.news, today);
  return [...interrupted(changes, isLong)].flatMap(([service, interruption]): Violation[] => {
    if (interruption === "none" || told.has(service)) return [];
    const line = `annonce: ${service}`;
    const pause = pauses[interruption];
    return [
      {
        what: service,
        message: `${pause.en}, and no news of the last ${announcedFor} days says so. Write a piece in stacks/${id}/news/ with the line "${line}" below its title (docs/portal.md).`,
        french: `(${titleOf(service, "fr")}) ${pause.fr}, et aucune actualité des ${announcedFor} derniers jours ne l’annonce. En écrire une dans stacks/${id}/news/, avec la ligne « ${line} » sous son titre (docs/fr/actualites.md).`,
      },
    ];
  });
}

const peopleTold: FactsRule = {
  id: "people-told",
  level: "mandatory",
  serves: "citizenship",
  description: {
    en: "Where a commune has news, what ends a service or takes it away until data is migrated or restored is announced there.",
    fr: "Quand la commune publie des actualités, l’arrêt d’un service, ou son absence le temps d’une migration, y est annoncé.",
  },
  examples: {
    keeps: "another version of Nextcloud, and news with annonce: nextcloud",
    breaks: "the same, and no such news",
  },
  reads: "facts",
  check: (facts) => untold(facts, true),
};

const peopleToldOfMoments: FactsRule = {
  id: "people-told-of-moments",
  level: "advisory",
  serves: "citizenship",
  description: {
    en: "Where a commune has news, an interruption of some seconds is announced there too.",
    fr: "Quand la commune publie des actualités, une interruption de quelques secondes y est annoncée aussi.",
  },
  examples: {
    keeps: "a restart of PeerTube, and news with annonce: peertube",
    breaks: "the same, and no such news",
  },
  reads: "facts",
  check: (facts) => untold(facts, false),
};

const linkIsMutual: FactsRule = {
  id: "link-is-mutual",
  level: "advisory",
  serves: "citizenship",
  description: {
    en: "A commune that is declared beside this one, and that it links with, declares the link too.",
    fr: "Une commune liée qui est déclarée à côté de celle-ci déclare le lien elle aussi.",
  },
  examples: {
    keeps: "with: [lyon], and Lyon's with: all",
    breaks: "with: [lyon], and Lyon without federation:",
  },
  reads: "facts",
  check: ({ declaration: { id }, plan, neighbours }) =>
    plan.federation.links.flatMap(({ peer, name }): Violation[] => {
      const linked = neighbours?.get(peer);
      if (linked === undefined || linked.includes(id)) return [];
      return [
        {
          what: `federation.with ${peer}`,
          message: `names a commune that does not name ${id} in stacks/${peer}/commune.yaml: the link stays closed. Ask its people to write it, or take it out of federation.`,
          french: `nomme ${name}, qui ne nomme pas ${id} dans stacks/${peer}/commune.yaml : le lien reste fermé. Demander à cette commune de l’écrire, ou le retirer de federation.`,
        },
      ];
    }),
};

export const peopleRules = [peopleTold, peopleToldOfMoments, linkIsMutual];
