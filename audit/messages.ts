import { writtenByCommands } from "../components/commune/revision.ts";
import { git } from "./revision.ts";

/** The most messages that are told, the newest of them. */
const most = 10;

/** Letters of a message that are told: what is longer is no subject. */
const longest = 200;

/** What somebody wrote when a declaration was changed. */
interface Message {
  /** Twelve digits, as git names it. */
  revision: string;
  /** Name of whoever wrote it; no address. */
  author: string;
  /** Day on which it was written, ISO 8601. */
  date: string;
  /** The first line. */
  subject: string;
}

/** What git knows of how a declaration came to be as it is. */
export interface Messages {
  /** The newest first. */
  told: readonly Message[];
  /** How many there are beside these. */
  more: number;
  /** Whether files are otherwise than git has them. */
  isUnrecorded: boolean;
}

/** What a commune is declared by, below the folder of all declarations; what commands write beside it is none of it. */
function declarationOf(id: string): string[] {
  return [
    ...[id, `Pulumi.${id}.yaml`, "federation.yaml", "images.lock.yaml"].map((path) => `:(literal)${path}`),
    ...writtenByCommands(id),
  ];
}

/** Text of one line in which nothing is hidden or turned round: a report is signed as it is read. */
function plain(text: string): string {
  const one = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return one.length <= longest ? one : `${one.slice(0, longest - 1)}…`;
}

/**
 * What people wrote when they changed what a commune is declared by, since a revision. Merges have no message of their own.
 *
 * @param since nothing where it is not known: no message is told then.
 * @returns nothing where there is no git, or nothing that it could say.
 */
export async function messagesSince(
  stacks: string,
  id: string,
  since: string | undefined,
): Promise<Messages | undefined> {
  const paths = ["--", ...declarationOf(id)];
  const format = "--format=%H%x00%aN%x00%as%x00%s";
  const [log, status] = await Promise.all([
    // A revision that is not here, of a shallow clone or of another one, has no messages here either.
    since === undefined
      ? ""
      : git(stacks, ["log", "--no-merges", format, `${since}..HEAD`, ...paths]).catch(() => ""),
    git(stacks, ["status", "--porcelain", ...paths]).catch(() => ""),
  ]);
  const all = log.split("\n").flatMap((line): Message[] => {
    const [revision, author, date, ...subject] = line.split("\0");
    if (revision === undefined || author === undefined || date === undefined) return [];
    return [
      { revision: revision.slice(0, 12), author: plain(author), date, subject: plain(subject.join(" ")) },
    ];
  });
  const isUnrecorded = status !== "";
  if (all.length === 0 && !isUnrecorded) return undefined;
  return { told: all.slice(0, most), more: Math.max(0, all.length - most), isUnrecorded };
}
