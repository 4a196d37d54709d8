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

/** What a person reads of a letter, and the name of the file that it brings. */
export function readingOf({ raw }: Pick<Letter, "raw">): { text: string; file: string | undefined } {
  const [, part] = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw) ?? [];
  const whole = raw.slice(raw.indexOf("\r\n\r\n") + 4);
  const [, file] = /Content-Disposition: attachment; filename="?([^"\r\n;]+)/.exec(raw) ?? [];
  return { text: textOf({ raw: file === undefined ? whole : (part ?? "") }).trim(), file };
}
