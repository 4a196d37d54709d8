import { type Need, needOf } from "../../audit/approval/needs.ts";
import { labelOf } from "../../audit/label.ts";
import { words } from "../../components/commune/changes/words.ts";
import {
  daysBetween,
  isStale,
  needsAttention,
  type UpdateRow,
} from "../../components/commune/updates/rows.ts";
import type { Step } from "../../components/commune/updates/steps.ts";
import { day, joined } from "../../components/foundation/language/numbers.ts";
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

const approvals: Record<Need, string> = {
  nobody: "It is refused as it is",
  one: "One approval",
  two: "Two approvals, one of them an official's or the data protection officer's",
};

/** Returns the way back from a step, in a few words. */
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
  return what === "database" ? `${field.join(".")}: "${to}", upgradeFrom: "${from}"` : "with a newer toolkit";
}

/** Returns steps in lines: those that are alike are told together, in their order. */
function stepLines(row: UpdateRow): string[] {
  const groups = new Map<string, { how: string; to: string[] }>();
  for (const step of row.steps) {
    const { interruption } = step.change;
    const away =
      interruption === "none" ? "In use meanwhile" : `Unavailable ${words.interruption[interruption].en}`;
    const told = `${away}. Back: ${wayBack(step)}. ${approvals[needOfStep(step)]}.`;
    const group = groups.get(told) ?? { how: declared(row, step), to: [] };
    group.to.push(step.version === step.to ? step.to : `${step.to} (${step.version})`);
    groups.set(told, group);
  }
  return [...groups].flatMap(([told, { how, to }]) => [
    ...wrapped(
      `→ ${to.join(", then ")}   ${how}${to.length > 1 ? ", an update for each" : ""}`,
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
          `${notices.length} notice${notices.length === 1 ? "" : "s"}: ${ids.join(", ")}${more > 0 ? ` and ${more} more (--json lists them)` : ""}.`,
        ]),
    needed === undefined
      ? "No version that is known here puts this right."
      : steps.length > 1 && enough
        ? `${enough.version} puts this right.`
        : "",
  ];
  return wrapped(told.filter(Boolean).join(" "), "    ! ", "      ");
}

const named = ({ name, version, where }: UpdateRow) => `${name} ${version}${where ? ` on ${where}` : ""}`;

function rowText(row: UpdateRow): { title: string; body: readonly string[] } {
  const { until, isPastEnd } = row;
  const end = until === undefined ? "" : isPastEnd ? `, no fixes since ${until}` : `, fixed until ${until}`;
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
    rows.length === 0 ? [] : wrapped(`${title}: ${[...new Set(rows.map(named))].join(", ")}.`, "", "  ");
  const hasServices = all.some(([, { kind, steps }]) => kind === "service" && steps.length > 0);
  return [
    ...knowledgeLines(answer),
    "",
    ...blockOf("Needs attention", urgent, isOne),
    ...blockOf(
      "Newer",
      rest.filter(([, { steps }]) => steps.length > 0),
      isOne,
    ),
    ...line(
      "Nothing newer is known of",
      still.filter(({ read }) => read !== undefined),
    ),
    ...line(
      "Nothing at all is known here of",
      still.filter(({ read }) => read === undefined),
    ),
    ...(hasServices
      ? wrapped(
          "A restore point of a service is read by the version that it was taken of, and no other.",
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
      ? `${urgent} need${urgent === 1 ? "s" : ""} attention.`
      : old
        ? "Nothing that is known needs attention, but what is known is too old to rely on."
        : "Nothing needs attention.";
  return wrapped(`${said} Nothing was changed.`, "", "");
}

const ago = (days: number) => `${days} day${days === 1 ? "" : "s"} ago`;

function knowledgeLines({ communes, today, isOnline, failed }: Answer): string[] {
  const [oldest] = Object.values(communes)
    .flat()
    .flatMap(({ read }) => read ?? [])
    .sort();
  const age =
    oldest === undefined || oldest === today
      ? ""
      : ` The oldest of what is known is of ${day(oldest, "en")}, ${ago(daysBetween(oldest, today))}.`;
  const asked = isOnline ? "Upstream's feeds were asked." : "No feed was asked.";
  return [
    ...wrapped(`${joined(Object.keys(communes), "en")}, ${day(today, "en")}. ${asked}${age}`, "", ""),
    ...failed.flatMap((sentence) => wrapped(`! ${sentence}.`, "", "  ")),
  ];
}
