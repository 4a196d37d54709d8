import type { Change } from "../../components/commune/changes/change.ts";
import { changesOf } from "../../components/commune/changes/changes.ts";
import { effects, type Interruption, interruptions } from "../../components/commune/changes/effect.ts";
import { phrasings } from "../../components/commune/changes/phrasings.ts";
import { tell } from "../../components/commune/changes/sentences.ts";
import { wordFor, words } from "../../components/commune/changes/words.ts";
import { type CommuneDeclaration, communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { published } from "../../components/commune/publish.ts";
import type { Published } from "../../components/commune/published.ts";
import { federationSchema } from "../../components/federation/members.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { siteFacts } from "../../components/foundation/site/facts.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { type Site, siteOf } from "../../components/foundation/site/site.ts";
import { readPlaces } from "../../components/places/places/read.ts";
import type { NewsItem } from "../../components/portal/news.ts";
import { type Pair, pairs } from "./pairs.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};

const metropolis = federationSchema.parse({
  name: "Métropole de Lyon",
  members: {
    bron: { name: "Bron", insee: "69029", domain: "bron.test", contact: "numerique@bron.test" },
    lyon: { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "numerique@lyon.test" },
    venissieux: {
      name: "Vénissieux",
      insee: "69259",
      domain: "venissieux.test",
      contact: "a@venissieux.test",
    },
  },
});

/** A commune of a pair, before or after. */
export interface PairSide {
  declaration: CommuneDeclaration;
  plan: CommunePlan;
  site: Site;
}

/** Sides that a pair declares: each step before in turn, and after. */
export function sidesOfPair({ before, after, settings = [{}, {}], features, news, tenants }: Pair): {
  steps: PairSide[];
  after: PairSide;
} {
  const side = (declared: object, which: 0 | 1): PairSide => {
    const site = siteOf(siteSchema.parse(settings[which]));
    const associations = tenants?.[which] ?? {};
    const declaration = { ...communeSchema.parse({ ...bron, ...declared }), associations };
    const plan = planCommune(declaration, site, {
      metropolis,
      places: placesOf(features?.[which]),
      portal: { arms: undefined, news: (news?.[which] ?? []).map(newsOf) },
    });
    return { declaration, plan, site };
  };
  const declared: readonly object[] = Array.isArray(before) ? before : [before];
  return { steps: declared.map((step) => side(step, 0)), after: side(after, 1) };
}

/** The changes of a pair, in the order of their report. */
export function changesOfPair(pair: Pair): Change[] {
  const { steps, after } = sidesOfPair(pair);
  const known = steps.reduce<Published | undefined>(
    (last, { plan, site: siteBefore }) => ({
      ...published(plan, "00ff", last),
      site: siteFacts(siteBefore),
      data: siteBefore.dataIsDisposable ? "disposable" : "protected",
    }),
    undefined,
  );
  if (known === undefined) throw new Error("A pair has a declaration before.");
  const { dataIsDisposable, seedKept } = after.site;
  return changesOf(known, after.plan, {
    ...{ dataIsDisposable, seedKept, site: siteFacts(after.site) },
    moved: pair.moved === undefined ? [] : [pair.moved],
    today: "2026-11-25",
  });
}

/** Changes when a pair is taken back: its declarations the other way round, after both were applied. */
export function wayBackOf({ before, after, moved: _, features, news, tenants, ...pair }: Pair): Change[] {
  const steps: readonly object[] = Array.isArray(before) ? before : [before];
  const last = steps.at(-1) ?? {};
  const turned = features && ([features[1], features[0]] as const);
  const unsaid = news && ([news[1], news[0]] as const);
  const left = tenants && ([tenants[1], tenants[0]] as const);
  return changesOfPair({
    ...pair,
    before: [...steps, after],
    after: last,
    ...(turned && { features: turned }),
    ...(unsaid && { news: unsaid }),
    ...(left && { tenants: left }),
  });
}

const newsOf = (title: string): NewsItem => ({
  ...{ id: `2026-11-25-${title.toLowerCase()}`, date: "2026-11-25", title, text: title },
});

function placesOf(features: readonly object[] | undefined) {
  if (features === undefined) return undefined;
  const read = readPlaces({ type: "FeatureCollection", features });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  return read.declaration;
}

/** The gravest effect of some changes; undefined if there is none. */
export function gravest(changes: readonly Change[]): Change["effect"] | undefined {
  return effects.findLast((effect) => changes.some((change) => change.effect === effect));
}

/** The longest of the interruptions of what is made. */
export function longest(changes: readonly Change[]): Interruption {
  const made = changes.filter(({ effect }) => effect !== "refused");
  return interruptions.findLast((each) => made.some((change) => change.interruption === each)) ?? "none";
}

const heads = {
  en: {
    title: "## Every class of change",
    head: "| what changes | effect | interruption | sentence |",
    nothing: "no change",
  },
  fr: {
    title: "## Toutes les sortes de changements",
    head: "| ce qui change | effet | interruption | ce que dit le rapport |",
    nothing: "aucun changement",
  },
} as const;

/** Returns the table of all pairs in one language. */
export function pairsTable(language: Language): string {
  const told = pairs.map((pair) => ({ pair, changes: changesOfPair(pair) }));
  return [heads[language].title, "", ...rows(told, language)].join("\n");
}

function rows(told: readonly { pair: Pair; changes: readonly Change[] }[], language: Language): string[] {
  return [
    heads[language].head,
    "|---|---|---|---|",
    ...told.map(({ pair, changes }) => {
      const effect = gravest(changes);
      // What is refused is told alone: the rest does not happen.
      const shown = effect === "refused" ? changes.filter((each) => each.effect === effect) : changes;
      return `| ${[
        pair[language],
        effect === undefined ? heads[language].nothing : wordFor(words.effect, effect, language),
        wordFor(words.interruption, longest(shown), language),
        shown.map((change) => tell(change.told, phrasings[language]).replaceAll("|", "\\|")).join("<br>"),
      ].join(" | ")} |`;
    }),
  ];
}
