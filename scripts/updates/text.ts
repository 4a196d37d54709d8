import { type Need, needOf } from "../../audit/approval/needs.ts";
import { labelOf } from "../../audit/label.ts";
import { titleOf, words } from "../../components/commune/changes/words.ts";
import {
  daysBetween,
  isStale,
  needsAttention,
  type UpdateRow,
} from "../../components/commune/updates/rows.ts";
import type { Step } from "../../components/commune/updates/steps.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { day, joined } from "../../components/foundation/language/numbers.ts";
import { languageHere, spoken } from "../language.ts";
import { wrapped } from "./wrapped.ts";

/** Text about some communes. */
export interface Answer {
  /** The rows of each commune. */
  communes: Readonly<Record<string, readonly UpdateRow[]>>;
  /** ISO 8601. */
  today: string;
  /** Whether upstream's feeds were asked. */
  isOnline: boolean;
  /** A sentence for each feed that did not answer. */
  failed: readonly string[];
}

/** Number of approvals that a step alone needs: other changes in the same update may need more. */
export function needOfStep({ change }: Step): Need {
  return needOf({ label: labelOf([change]), touchesPersonalData: false, opens: false, unprotects: false });
}

const approvals: Record<Need, Translated> = {
  nobody: { en: "It is refused as it is", fr: "C’est refusé tel quel" },
  one: { en: "One approval", fr: "Un accord" },
  two: {
    en: "Two approvals, one of them an official's or the data protection officer's",
    fr: "Deux accords, dont celui d’un élu ou du délégué à la protection des données",
  },
};

/** Returns the way back from a step, in a few words: a text of JSON, in English. */
export function wayBack({ change: { what, effect }, point }: Step): string {
  if (what === "software")
    return effect === "reversible"
      ? "the toolkit of before"
      : "the toolkit of before, and a copy from before";
  if (effect === "reversible") return "declare what was";
  if (what === "database") return "not by undo; the old data stays beside (docs/database.md)";
  if (point === "taken") return "npx commune undo, to the restore point that is taken first";
  return `only with a copy of your own${point === undefined ? "" : ` (${point})`}`;
}

/** Returns the declaration of a step. */
function declared({ field }: UpdateRow, { change: { what, from, to } }: Step): string {
  if (what === "version") return field.join(".");
  return what === "database"
    ? `${field.join(".")}: "${to}", upgradeFrom: "${from}"`
    : spoken({ en: "with a newer toolkit", fr: "avec un outillage plus récent" });
}

/** Returns steps in lines: those that are alike are told together, in their order. */
function stepLines(row: UpdateRow): string[] {
  const groups = new Map<string, { how: string; to: string[] }>();
  for (const step of row.steps) {
    const { interruption } = step.change;
    const [en, fr] = [words.interruption[interruption].en, words.interruption[interruption].fr];
    const away =
      interruption === "none"
        ? spoken({ en: "In use meanwhile", fr: "En service pendant ce temps" })
        : spoken({ en: `Unavailable ${en}`, fr: `Interruption : ${fr}` });
    const [back, approval] = [spoken(wayBack(step)), spoken(approvals[needOfStep(step)])];
    const told = spoken({
      en: `${away}. Back: ${back}. ${approval}.`,
      fr: `${away}. Retour : ${back}. ${approval}.`,
    });
    const group = groups.get(told) ?? { how: declared(row, step), to: [] };
    group.to.push(step.version === step.to ? step.to : `${step.to} (${step.version})`);
    groups.set(told, group);
  }
  return [...groups].flatMap(([told, { how, to }]) => [
    ...wrapped(
      `→ ${to.join(spoken({ en: ", then ", fr: ", puis " }))}   ${how}${to.length > 1 ? spoken({ en: ", an update for each", fr: ", une mise à jour pour chacune" }) : ""}`,
      "    ",
      "      ",
    ),
    ...wrapped(told, "      ", "      "),
  ]);
}

/** Number of identifiers of notices in a line. */
const shownNotices = 4;

function noticeLines({ notices, needed, steps }: UpdateRow): string[] {
  const ids = notices.slice(0, shownNotices).map(({ id }) => id);
  const more = notices.length - ids.length;
  const enough = needed === undefined ? undefined : steps[needed - 1];
  const told = [
    ...(notices.length === 0
      ? []
      : [
          spoken({
            en: `${notices.length} notice${notices.length === 1 ? "" : "s"}: ${ids.join(", ")}${more > 0 ? ` and ${more} more (--json lists them)` : ""}.`,
            fr: `${notices.length} avis : ${ids.join(", ")}${more > 0 ? ` et ${more} de plus (--json les liste)` : ""}.`,
          }),
        ]),
    needed === undefined
      ? spoken({
          en: "No version that is known here puts this right.",
          fr: "Aucune version connue ici ne règle cela.",
        })
      : steps.length > 1 && enough
        ? spoken({ en: `${enough.version} puts this right.`, fr: `${enough.version} règle cela.` })
        : "",
  ];
  return wrapped(told.filter(Boolean).join(" "), "    ! ", "      ");
}

/** Name of a database server, as a stack has it, by the section that declares it. */
const serverOf = ([section = ""]: UpdateRow["field"]) =>
  section === "database" ? section : `${section}-database`;

const named = ({ name, version, where, field }: UpdateRow) =>
  where === undefined
    ? `${name} ${version}`
    : spoken({
        en: `${name} ${version} on ${where}`,
        fr: `${name} ${version} : ${titleOf(serverOf(field), "fr")}`,
      });

function rowText(row: UpdateRow): { title: string; body: readonly string[] } {
  const { until, isPastEnd } = row;
  const end =
    until === undefined
      ? ""
      : isPastEnd
        ? spoken({ en: `, no fixes since ${until}`, fr: `, plus de correctifs depuis le ${until}` })
        : spoken({ en: `, fixed until ${until}`, fr: `, corrigé jusqu’au ${until}` });
  const notices = needsAttention(row) ? noticeLines(row) : [];
  return { title: `${named(row)}${end}`, body: [...notices, ...stepLines(row)] };
}

/** Returns some rows, those that several communes have alike once. */
function blockOf(title: string, rows: readonly (readonly [string, UpdateRow])[], isOne: boolean): string[] {
  const found = new Map<string, { communes: string[]; title: string; body: readonly string[] }>();
  for (const [commune, row] of rows) {
    const told = rowText(row);
    const key = [told.title, ...told.body].join("\n");
    const same = found.get(key) ?? { communes: [], ...told };
    same.communes.push(commune);
    found.set(key, same);
  }
  if (found.size === 0) return [];
  const lines = [...found.values()].flatMap(({ communes, title: head, body }) => [
    ...wrapped(isOne ? head : `${head} (${communes.join(", ")})`, "  ", "    "),
    ...body,
  ]);
  return [title, ...lines, ""];
}

/** Returns an answer as people read it, at 80 columns. */
export function updatesText(answer: Answer): string {
  const all = Object.entries(answer.communes).flatMap(([commune, rows]) =>
    rows.map((row): [string, UpdateRow] => [commune, row]),
  );
  const isOne = Object.keys(answer.communes).length === 1;
  const urgent = all.filter(([, row]) => needsAttention(row));
  const rest = all.filter(([, row]) => !needsAttention(row));
  const still = rest.map(([, row]) => row).filter(({ steps }) => steps.length === 0);
  const line = (title: string, rows: readonly UpdateRow[]) =>
    rows.length === 0 ? [] : wrapped(`${title} ${[...new Set(rows.map(named))].join(", ")}.`, "", "  ");
  const hasServices = all.some(([, { kind, steps }]) => kind === "service" && steps.length > 0);
  return [
    ...knowledgeLines(answer),
    "",
    ...blockOf(spoken({ en: "Needs attention", fr: "Demande de l’attention" }), urgent, isOne),
    ...blockOf(
      spoken({ en: "Newer", fr: "Plus récent" }),
      rest.filter(([, { steps }]) => steps.length > 0),
      isOne,
    ),
    ...line(
      spoken({ en: "Nothing newer is known of:", fr: "Rien de plus récent n’est connu de :" }),
      still.filter(({ read }) => read !== undefined),
    ),
    ...line(
      spoken({ en: "Nothing at all is known here of:", fr: "Rien du tout n’est connu ici de :" }),
      still.filter(({ read }) => read === undefined),
    ),
    ...(hasServices
      ? wrapped(
          spoken({
            en: "A restore point of a service is read by the version that it was taken of, and no other.",
            fr: "Un point de restauration d’un service n’est lu que par la version dont il a été pris.",
          }),
          "",
          "  ",
        )
      : []),
    "",
    ...conclusion(answer),
  ].join("\n");
}

/** Returns what to remember, in a sentence. */
function conclusion({ communes, today }: Answer): string[] {
  const rows = Object.values(communes).flat();
  const urgent = new Set(rows.filter(needsAttention).map(({ reference }) => reference)).size;
  const old = rows.some((row) => isStale(row, today));
  const said =
    urgent > 0
      ? spoken({
          en: `${urgent} need${urgent === 1 ? "s" : ""} attention.`,
          fr: `${urgent} ${urgent === 1 ? "demande" : "demandent"} de l’attention.`,
        })
      : old
        ? spoken({
            en: "Nothing that is known needs attention, but what is known is too old to rely on.",
            fr: "Rien de ce qui est connu ne demande d’attention, mais ce qui est connu est trop ancien pour s’y fier.",
          })
        : spoken({ en: "Nothing needs attention.", fr: "Rien ne demande d’attention." });
  return wrapped(spoken({ en: `${said} Nothing was changed.`, fr: `${said} Rien n’a été changé.` }), "", "");
}

const ago = (days: number) => ({
  en: `${days} day${days === 1 ? "" : "s"} ago`,
  fr: `il y a ${days} jour${days === 1 ? "" : "s"}`,
});

function knowledgeLines({ communes, today, isOnline, failed }: Answer): string[] {
  const [oldest] = Object.values(communes)
    .flat()
    .flatMap(({ read }) => read ?? [])
    .sort();
  const language = languageHere();
  const passed = ago(daysBetween(oldest ?? today, today));
  const age =
    oldest === undefined || oldest === today
      ? ""
      : spoken({
          en: ` The oldest of what is known is of ${day(oldest, "en")}, ${passed.en}.`,
          fr: ` Ce que l’on sait de plus ancien est du ${day(oldest, "fr")}, ${passed.fr}.`,
        });
  const asked = isOnline
    ? spoken({ en: "Upstream's feeds were asked.", fr: "Les flux des éditeurs ont été interrogés." })
    : spoken({ en: "No feed was asked.", fr: "Aucun flux n’a été interrogé." });
  return [
    ...wrapped(`${joined(Object.keys(communes), language)}, ${day(today, language)}. ${asked}${age}`, "", ""),
    ...failed.flatMap((sentence) => wrapped(spoken(`! ${sentence}.`), "", "  ")),
  ];
}
