import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Letter } from "./letter.ts";

/** A relay that keeps what it is given, sends nothing on, and refuses where it is told to. */
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

  /** Takes letters at an address; a free port of this machine alone when none is named. Returns the port. */
  async open(port = 0, host = "127.0.0.1"): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, host, resolve));
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
