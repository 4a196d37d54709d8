import { writtenByCommands } from "../components/commune/revision.ts";
import { git } from "./revision.ts";

/** The most messages that are shown: the newest of them. */
const most = 10;

/** Letters of a message that are shown: a longer one is no subject. */
const longest = 200;

/** Message of one commit that changed a declaration. */
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

/** Commits that led to a declaration as it is. */
export interface Messages {
  /** The newest first. */
  told: readonly Message[];
  /** Number of further messages. */
  more: number;
  /** Whether files differ from what git has. */
  isUnrecorded: boolean;
}

/**
 * Paths of all that declares a commune, below the folder of all declarations, without what commands write beside it.
 */
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
 * Returns the messages of the commits that changed the declaration of a commune since a revision. Merges have no
 * message of their own.
 *
 * @param since undefined if it is not known: then no message is returned.
 * @returns undefined if there is no git, or if it has nothing to say.
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
