import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A message as a relay was given it. */
export interface Letter {
  from: string;
  to: string[];
  /** Head and body, as they came. */
  raw: string;
}

/** A relay on this machine that keeps what it is given, and refuses where it is told to. */
export class Mailroom {
  readonly letters: Letter[] = [];
  refuses = false;
  /** Login and password of the last message. */
  login: string | undefined;
  readonly #server: SMTPServer;

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: ({ username, password }, _, callback) => {
        this.login = `${username} ${password}`;
        callback(null, { user: username });
      },
      onRcptTo: (address, _, callback) =>
        callback(this.refuses ? new Error(`no such mailbox <${address.address}>`) : null),
      onData: (stream, session, callback) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.letters.push({
            from: mailFrom ? mailFrom.address : "",
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(parts).toString("utf8"),
          });
          callback();
        });
      },
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The text of a letter, its lines as they were written. */
export function textOf({ raw }: Letter): string {
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
