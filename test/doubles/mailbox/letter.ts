/** A message as a relay was given it. */
export interface Letter {
  from: string;
  to: string[];
  /** Head and body, as they came. */
  raw: string;
}

/** The text of a letter, its lines as they were written. */
export function textOf({ raw }: Pick<Letter, "raw">): string {
  return raw
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/((?:=[0-9A-F]{2})+)/g, (bytes) =>
      Buffer.from(bytes.replaceAll("=", ""), "hex").toString("utf8"),
    );
}

/** The link that a letter asks its reader to open. */
export function linkIn(letter: Letter): string {
  const [, link] = /\?d=([\w.-]+)/.exec(textOf(letter)) ?? [];
  if (link === undefined) throw new Error("the letter has no link");
  return link;
}

/** The file that a letter brings. */
export function attachedTo({ raw }: Letter): string {
  const [, body = ""] = /Content-Disposition: attachment[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw) ?? [];
  return Buffer.from(body, "base64").toString("utf8");
}

/** A line of a letter's head, unfolded and decoded (RFC 5322, RFC 2047); undefined if it has none. */
function headOf(raw: string, name: string): string | undefined {
  const [head = ""] = raw.split("\r\n\r\n");
  const [, value] = new RegExp(`^${name}: (.*)$`, "im").exec(head.replaceAll(/\r\n[ \t]+/g, " ")) ?? [];
  return value
    ?.replaceAll(/\?= =\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) => {
      if (how.toUpperCase() === "B") return Buffer.from(text, "base64").toString("utf8");
      return textOf({ raw: text.replaceAll("_", " ") });
    })
    .trim();
}

/** The parts of a letter that a person reads: its subject, date and text, and the name of the file that it brings. */
export function readingOf({ raw }: Pick<Letter, "raw">): {
  subject: string | undefined;
  date: Date | undefined;
  text: string;
  file: string | undefined;
} {
  const subject = headOf(raw, "Subject");
  const date = new Date(headOf(raw, "Date") ?? "");
  const [, part] = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw) ?? [];
  const whole = raw.slice(raw.indexOf("\r\n\r\n") + 4);
  const [, file] = /Content-Disposition: attachment; filename="?([^"\r\n;]+)/.exec(raw) ?? [];
  return {
    subject,
    date: Number.isNaN(date.getTime()) ? undefined : date,
    text: textOf({ raw: file === undefined ? whole : (part ?? "") }).trim(),
    file,
  };
}
