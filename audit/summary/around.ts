import type { Made, MadeClauses, Rank } from "./clause.ts";

const kinds = {
  quarter: { fr: "le quartier", en: "the quarter" },
  zone: { fr: "la zone sans Wi-Fi public", en: "the zone without public Wi-Fi" },
  space: { fr: "l’espace numérique", en: "the digital space" },
} as const;

const aspects = {
  devices: { fr: "d’autres appareils", en: "other devices" },
  places: { fr: "d’autres emplacements", en: "other places" },
  radios: { fr: "d’autres fréquences ou puissances", en: "other frequencies or powers" },
  hours: { fr: "d’autres horaires", en: "other hours" },
} as const;

/** Words about the public Wi-Fi of a quarter. */
const inQuarter =
  (rank: Rank, fr: (quarter: string) => string, en: (quarter: string) => string) =>
  ({ quarter }: { quarter: string }): Made => ({ rank, text: { fr: fr(quarter), en: en(quarter) } });

/** Words about places, public Wi-Fi and news. */
export const around = {
  pointsCome: inQuarter(
    "opens",
    (quarter) => `le quartier ${quarter} a des bornes Wi-Fi publiques de plus`,
    (quarter) => `the quarter ${quarter} has more public Wi-Fi hotspots`,
  ),
  pointsGo: inQuarter(
    "ends",
    (quarter) => `le quartier ${quarter} a des bornes Wi-Fi publiques de moins`,
    (quarter) => `the quarter ${quarter} has fewer public Wi-Fi hotspots`,
  ),
  pointsReplaced: inQuarter(
    "changes",
    (quarter) => `des bornes Wi-Fi du quartier ${quarter} partent et autant arrivent`,
    (quarter) => `hotspots of the quarter ${quarter} go and as many come`,
  ),
  pointsChange: ({ quarter, aspect }) => ({
    rank: "changes",
    text: {
      fr: `des bornes Wi-Fi du quartier ${quarter} ont ${aspects[aspect].fr}`,
      en: `hotspots of the quarter ${quarter} have ${aspects[aspect].en}`,
    },
  }),
  placeComes: ({ kind, id }) => ({
    rank: kind === "zone" ? "ends" : "comes",
    text: {
      fr: `${kinds[kind].fr} ${id} est déclaré sur la carte`,
      en: `${kinds[kind].en} ${id} is declared on the map`,
    },
  }),
  placeGoes: ({ kind, id }) =>
    kind === "zone"
      ? {
          rank: "opens",
          text: {
            fr: `les ondes du Wi-Fi public pourront atteindre la zone « ${id} », qui en était protégée`,
            en: `public Wi-Fi may reach the zone “${id}”, which was kept free of it`,
          },
        }
      : {
          rank: "ends",
          text: {
            fr: `${kinds[kind].fr} ${id} n’est plus sur la carte`,
            en: `${kinds[kind].en} ${id} is no longer on the map`,
          },
        },
  placeChanges: ({ kind, id }) => ({
    rank: kind === "zone" ? "opens" : "changes",
    text: {
      fr: `${kinds[kind].fr} ${id} change de contour ou de description`,
      en: `${kinds[kind].en} ${id} has another outline or description`,
    },
  }),
  availabilityChanges: ({ of, to }, _, names) => {
    const who = of === undefined ? { fr: "la commune", en: "the commune" } : names.title(of);
    const tolerates = to === "node-loss";
    return {
      rank: "changes",
      text: {
        fr: `${who.fr} ${tolerates ? "supporte mieux la perte d’une machine" : "ne tourne plus en double : la perte d’une machine l’interrompt plus longtemps"}`,
        en: `${who.en} ${tolerates ? "tolerates the loss of a machine better" : "runs on single machines again: the loss of one interrupts it for longer"}`,
      },
    };
  },
  newsComes: ({ id }) => ({
    rank: "comes",
    text: {
      fr: `une actualité paraît sur les pages de la commune (${id})`,
      en: `news appears on the commune’s pages (${id})`,
    },
  }),
  newsGoes: ({ id }) => ({
    rank: "ends",
    text: {
      fr: `une actualité est retirée des pages de la commune (${id})`,
      en: `news is taken off the commune’s pages (${id})`,
    },
  }),
  newsChanges: ({ id }) => ({
    rank: "changes",
    text: {
      fr: `une actualité des pages de la commune change de texte (${id})`,
      en: `news on the commune’s pages has another text (${id})`,
    },
  }),
} as const satisfies MadeClauses;
