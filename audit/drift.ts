import { wordFor } from "../components/commune/changes/words.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { joined, number } from "../components/foundation/language/numbers.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { deniesByDefault } from "../policies/namespaces.ts";
import { isRemade } from "./approval/remade.ts";
import { service, text } from "./blocks.ts";
import { exposureBlocks } from "./exposure.ts";
import { type ObjectChanges, objectChanges } from "./objects.ts";
import type { Block, Report } from "./report.ts";
import { technicalBlocks } from "./technical.ts";
import { texts } from "./words.ts";

/** Objects on the cluster, beside those that were applied. */
export interface Drift {
  declaration: Pick<CommuneDeclaration, "id" | "name">;
  /** Day of the report, ISO 8601. */
  today: string;
  /** Objects as they were applied, of those that are others or gone. */
  applied: readonly KubernetesObject[];
  /** These objects as they are now, in the fields that were applied. */
  found: readonly KubernetesObject[];
  /** Number of objects that are as they were applied. */
  same: number;
}

/** Whether somebody has changed anything by hand. */
export function hasDrifted({ applied }: Pick<Drift, "applied">): boolean {
  return applied.length > 0;
}

/** Services whose namespace has lost the policy that closes it, or has a weaker one, by namespace. */
function unclosedIn({ applied, found }: Pick<Drift, "applied" | "found">): ReadonlyMap<string, string> {
  return new Map(
    applied.flatMap((object): [string, string][] => {
      const { namespace = "", labels } = object.metadata;
      if (!deniesByDefault(object, namespace)) return [];
      const isThere = found.some(
        (live) => nameOf(live) === nameOf(object) && deniesByDefault(live, namespace),
      );
      return isThere ? [] : [[namespace, labels?.["commune.cloud/service"] ?? namespace]];
    }),
  );
}

/** Ways before and after. Where nothing closes a namespace, a way that nobody opens any more is no closed one. */
function waysOf({ applied, found }: Drift, unclosed: ReadonlyMap<string, string>) {
  const live = new Set(found.map(nameOf));
  const isOpen = ({ kind, metadata: { namespace = "" } }: KubernetesObject) =>
    kind === "NetworkPolicy" && unclosed.has(namespace);
  return {
    before: { objects: applied.filter((object) => live.has(nameOf(object)) || !isOpen(object)) },
    after: { objects: found },
  };
}

const plural = (count: string, word: string, value: number) => `${count} ${word}${value > 1 ? "s" : ""}`;

const phrases = {
  same: {
    fr: (same: number) => `Tout est comme appliqué : ${plural(number(same, "fr"), "objet", same)}.`,
    en: (same: number) => `Everything is as it was applied: ${plural(number(same, "en"), "object", same)}.`,
  },
  other: {
    fr: (changed: number, gone: number, total: number) => {
      const counted = (value: number, word: string) => plural(number(value, "fr"), word, value);
      return `Ce qui n’est plus comme appliqué : ${counted(changed, "modifié")} et ${counted(gone, "disparu")}, sur ${counted(total, "objet")}.`;
    },
    en: (changed: number, gone: number, total: number) =>
      `No longer as it was applied: ${number(changed, "en")} changed and ${number(gone, "en")} gone, of ${plural(number(total, "en"), "object", total)}.`,
  },
  open: {
    fr: (names: string) => `Ce qui ferme le réseau n’est plus là pour : ${names}.`,
    en: (names: string) => `What closes the network is not there any more for: ${names}.`,
  },
  unapproved: {
    fr: "Personne n’a dit oui à ces écarts.",
    en: "Nobody has approved these differences.",
  },
} as const;

function sentences(
  { applied, same }: Drift,
  changes: ObjectChanges,
  unclosed: readonly string[],
  language: Language,
): string[] {
  const gone = changes.removed.length;
  if (applied.length === 0) return [phrases.same[language](same)];
  const open = unclosed.map((name) => service(name, language));
  return [
    phrases.other[language](applied.length - gone, gone, applied.length + same),
    ...(open.length === 0 ? [] : [phrases.open[language](joined(open, language))]),
    phrases.unapproved[language],
  ];
}

const put = {
  fr: (id: string) => `npx pulumi up --refresh -s ${id} remet ce qui est déclaré.`,
  en: (id: string) => `npx pulumi up --refresh -s ${id} puts back what is declared.`,
} as const;

const empty = {
  fr: "Ce qui gardait des données revient vide : restaurez-les.",
  en: "What held data comes back empty: restore it.",
} as const;

/** Report of what differs on a cluster from what was applied, in the form of every report. */
export function driftReport(drift: Drift, language: Language): Report {
  const { declaration, today, applied, found } = drift;
  const changes = objectChanges(applied, found);
  const unclosed = unclosedIn(drift);
  const gone = new Set(changes.removed);
  // What holds data comes back empty.
  const isWhole = applied.every((object) => !gone.has(nameOf(object)) || isRemade(object));
  const label = isWhole ? "reversible" : "needs a restore point";
  const back = text([put[language](declaration.id), ...(isWhole ? [] : [empty[language]])].join(" "));
  const section = (id: "exposure" | "back" | "technical", blocks: readonly Block[]) => ({
    id,
    title: wordFor(texts.questions, id, language),
    blocks,
  });
  return {
    format: 1,
    kind: "drift",
    commune: declaration.id,
    name: declaration.name,
    date: today,
    language,
    label,
    summary: sentences(drift, changes, [...unclosed.values()], language),
    sections: hasDrifted(drift)
      ? [
          section("exposure", exposureBlocks(waysOf(drift, unclosed), language, [...unclosed.values()])),
          section("back", [back]),
          section("technical", technicalBlocks(changes, language)),
        ]
      : [],
    changes: [],
  };
}
