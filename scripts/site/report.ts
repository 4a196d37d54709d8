import type { Tongue } from "../../components/commune/changes/words.ts";
import { type Finding, type Level, subjects } from "./finding.ts";

const marks: Readonly<Record<Level, string>> = { fits: "✔", care: "!", stops: "✘" };

const texts = {
  fit: { en: "These lines fit it:", fr: "Ces lignes lui conviennent :" },
  defaults: { en: "The defaults fit it.", fr: "Les réglages par défaut lui conviennent." },
  stopped: {
    en: (count: number) => `${count} ${count === 1 ? "thing stops" : "things stop"} a commune there.`,
    fr: (count: number) =>
      `${count} ${count === 1 ? "point empêche" : "points empêchent"} d’y mettre une commune.`,
  },
  unchanged: {
    en: "Nothing was changed; the namespace of the trial is gone.",
    fr: "Rien n’a été changé ; l’espace de noms de l’essai est parti.",
  },
} as const;

/** The findings as a table, then the lines that fit the cluster. */
export function reportOf(
  findings: readonly Finding[],
  settings: Readonly<Record<string, string>>,
  commune: string | undefined,
  tongue: Tongue,
): string {
  const width = Math.max(...findings.map(({ subject }) => subjects[subject][tongue].length)) + 2;
  const stopped = findings.filter(({ level }) => level === "stops").length;
  const lines = Object.entries(settings).map(
    ([key, value]) => `  npx pulumi config set commune:${key} ${value} -s ${commune ?? "<commune>"}`,
  );
  return [
    ...findings.map(
      ({ subject, level, said }) =>
        `${marks[level]} ${subjects[subject][tongue].padEnd(width)}${said[tongue]}`,
    ),
    "",
    ...(lines.length === 0 ? [texts.defaults[tongue]] : [texts.fit[tongue], ...lines]),
    ...(stopped === 0 ? [] : ["", texts.stopped[tongue](stopped)]),
    texts.unchanged[tongue],
  ].join("\n");
}
