import type { Language } from "../../components/foundation/language/language.ts";
import { heard } from "../heard/heard.ts";
import { type BucketFinding, bucketSubjects } from "./bucket-findings.ts";
import type { DatabaseFinding } from "./database/findings.ts";
import { type Level, type SiteFinding, subjects } from "./finding.ts";

const marks: Readonly<Record<Level, string>> = { fits: "✔", care: "!", stops: "✘" };

const texts = {
  fit: { en: "These lines fit it:", fr: "Ces lignes lui conviennent :" },
  defaults: { en: "The defaults fit it.", fr: "Les réglages par défaut lui conviennent." },
  stopped: {
    en: (count: number) => `${count} ${count === 1 ? "thing stops" : "things stop"} a commune there.`,
    fr: (count: number) =>
      `${count} ${count === 1 ? "point empêche" : "points empêchent"} d’y mettre une commune.`,
  },
  gone: {
    en: "No setting was changed; the namespace of the trial is gone.",
    fr: "Aucun réglage n’a été changé ; l’espace de noms de l’essai est parti.",
  },
  left: {
    en: (command: string) => `The namespace of the trial is still there. It goes by: ${command}`,
    fr: (command: string) => `L’espace de noms de l’essai est encore là. Pour l’enlever : ${command}`,
  },
  bucketFits: {
    vault: {
      en: "It can be a vault. A few bytes of the trial stay below site-check/ until their day.",
      fr: "Il peut servir de coffre. Quelques octets de l’essai restent sous site-check/ jusqu’à leur terme.",
    },
    media: {
      en: "It can hold media for several pods.",
      fr: "Il peut tenir les médias de plusieurs pods.",
    },
  },
  bucketStopped: {
    vault: {
      en: (count: number) => `${count} ${count === 1 ? "thing stops" : "things stop"} it from being a vault.`,
      fr: (count: number) =>
        `${count} ${count === 1 ? "point l’empêche" : "points l’empêchent"} de servir de coffre.`,
    },
    media: {
      en: (count: number) => `${count} ${count === 1 ? "thing stops" : "things stop"} it from holding media.`,
      fr: (count: number) =>
        `${count} ${count === 1 ? "point l’empêche" : "points l’empêchent"} de tenir les médias.`,
    },
  },
} as const;

/** Returns a line for each finding, in aligned columns. */
function findingLines(
  findings: readonly (Pick<SiteFinding, "level" | "said"> & { title: string })[],
  language: Language,
): string[] {
  const width = Math.max(...findings.map(({ title }) => title.length)) + 2;
  return findings.map(
    ({ level, title, said }) => `${marks[level]} ${title.padEnd(width)}${heard(said[language], language)}`,
  );
}

/** Returns the findings about a bucket as a table. @param as what the bucket is to be. */
export function bucketReport(
  findings: readonly BucketFinding[],
  as: "vault" | "media",
  language: Language,
): string {
  const stopped = findings.filter(({ level }) => level === "stops").length;
  return [
    ...findingLines(
      findings.map(({ subject, ...finding }) => ({ ...finding, title: bucketSubjects[subject][language] })),
      language,
    ),
    "",
    stopped === 0 ? texts.bucketFits[as][language] : texts.bucketStopped[as][language](stopped),
  ].join("\n");
}

/** Returns the findings about PostgreSQL on several nodes as a table. */
export function databaseReport(findings: readonly DatabaseFinding[], language: Language): string {
  return findingLines(
    findings.map(({ title, ...finding }) => ({ ...finding, title: title[language] })),
    language,
  ).join("\n");
}

/** The command that removes the namespace of a trial. */
export const removal = (namespace: string, context?: string) =>
  `kubectl --context ${context ?? "<name>"} delete namespace ${namespace}`;

/**
 * The findings as a table, then the lines that fit the cluster.
 *
 * @param commune whose stack the lines are for.
 * @param left the namespace of the trial, if it could not be removed.
 */
export function reportOf(
  findings: readonly SiteFinding[],
  settings: Readonly<Record<string, string>>,
  { commune, left }: { commune: string | undefined; left: string | undefined },
  language: Language,
): string {
  const stopped = findings.filter(({ level }) => level === "stops").length;
  const lines = Object.entries(settings).map(
    ([key, value]) => `  npx pulumi config set commune:${key} ${value} -s ${commune ?? "<commune>"}`,
  );
  return [
    ...findingLines(
      findings.map(({ subject, ...finding }) => ({ ...finding, title: subjects[subject][language] })),
      language,
    ),
    "",
    ...(lines.length > 0 ? [texts.fit[language], ...lines] : stopped === 0 ? [texts.defaults[language]] : []),
    ...(stopped === 0 ? [] : ["", texts.stopped[language](stopped)]),
    left === undefined ? texts.gone[language] : texts.left[language](removal(left, settings.context)),
  ].join("\n");
}
