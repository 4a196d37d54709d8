import { type Agent, fetch } from "undici";

const event = (uid: string) =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//commune-cloud//test//FR", "BEGIN:VEVENT", `UID:${uid}`],
    ...["DTSTAMP:20261129T080000Z", "DTSTART:20261201T190000Z", "DTEND:20261201T210000Z"],
    ...[`SUMMARY:Texte ${uid} fin`, "END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");

const asked = '<propfind xmlns="DAV:"><prop><current-user-principal/><displayname/></prop></propfind>';

/** A telephone that keeps in step with an agenda: CalDAV with a name and a password. */
export class Telephone {
  constructor(
    private readonly address: string,
    private readonly account: { user: string; password: string },
    private readonly dispatcher: Agent,
  ) {}

  private async ask(path: string, init: { method: string; headers?: Record<string, string>; body?: string }) {
    const { user, password } = this.account;
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    const headers = { ...init.headers, authorization: `Basic ${basic}` };
    const answer = await fetch(this.address + path, { ...init, headers, dispatcher: this.dispatcher });
    return { status: answer.status, text: await answer.text() };
  }

  propfind(path: string, depth: "0" | "1") {
    const headers = { depth, "content-type": "application/xml" };
    return this.ask(path, { method: "PROPFIND", headers, body: asked });
  }

  /** Returns the name to which the agenda says that it talks, as telephones begin: `/bureau/`; the status if it is nobody. */
  async principal(): Promise<string | number> {
    const { status, text } = await this.propfind("/", "0");
    if (status !== 207) return status;
    return /<current-user-principal><href>([^<]*)</.exec(text)?.[1] ?? text;
  }

  /** The status of an event that is written. */
  async write(path: string, uid: string): Promise<number> {
    const headers = { "content-type": "text/calendar; charset=utf-8" };
    return (await this.ask(`${path}/${uid}.ics`, { method: "PUT", headers, body: event(uid) })).status;
  }

  /** The status of an event that is read, and whether it is the one. */
  async read(path: string, uid: string): Promise<[number, boolean]> {
    const { status, text } = await this.ask(`${path}/${uid}.ics`, { method: "GET" });
    return [status, text.includes(`Texte ${uid} fin`)];
  }
}
