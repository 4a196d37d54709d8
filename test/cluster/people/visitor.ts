import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Agent, fetch as undiciFetch } from "undici";
import { expect } from "vitest";

/** A browser without JavaScript: what each name has set, and nothing of it for another name. */
export class Visitor {
  /** By host and name. */
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly portal: string,
    private readonly dispatcher: Agent,
  ) {}

  cookiesOf(host: string): string[] {
    return [...this.cookies].flatMap(([key, value]) => (key.startsWith(`${host} `) ? [value] : []));
  }

  async get(url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
    const { host } = new URL(url);
    const cookie = this.cookiesOf(host).join("; ");
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const ask = () => undiciFetch(url, { dispatcher: this.dispatcher, redirect: "manual", ...init, headers });
    let answer = await ask();
    // All of a test come from one address, which has so many tries a minute: a person waits, too.
    for (let tries = 0; answer.status === 429 && tries < 45; tries++) {
      await answer.body?.cancel();
      await sleep(2000);
      answer = await ask();
    }
    for (const line of answer.headers.getSetCookie()) {
      if (/^__Host-/.test(line)) expect(line).toMatch(/; path=\/;(?!.*domain=).*secure/i);
      const [pair = ""] = line.split(";");
      const [name, value] = pair.split(/=(.*)/);
      if (value) this.cookies.set(`${host} ${name}`, pair);
      else this.cookies.delete(`${host} ${name}`);
    }
    const location = answer.headers.get("location");
    return {
      status: answer.status,
      location: location && new URL(location, url).href,
      text: await answer.text(),
    };
  }

  /** Goes where it is sent, as a browser does, and says where it came to. */
  async follow(url: string) {
    let [at, answer] = [url, await this.get(url)];
    for (let steps = 0; answer.location !== null && steps < 10; steps++) {
      at = answer.location;
      answer = await this.get(at);
    }
    return { at, ...answer };
  }

  /** Fills in the form of the page that somebody without a session is sent to. */
  async logIn(user: string, password: string, wanted = `${this.portal}/`) {
    const { at, text } = await this.follow(wanted);
    expect(at.startsWith(`${this.portal}/`), at).toBe(true);
    expect(text).toContain("<h1>Se connecter</h1>");
    return this.fillIn({ text }, at, { user, password });
  }

  /** Fills in the form of a page and sends it. */
  async fillIn(page: { text: string }, to: string, filled: Record<string, string>) {
    const fields = [...page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
    const body = new URLSearchParams(
      fields.map(([, name = "", value = ""]): [string, string] => [name, value]),
    );
    for (const [name, value] of Object.entries(filled)) body.set(name, value);
    return this.post(to, body);
  }

  private post(to: string, body: URLSearchParams) {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.get(to, { method: "POST", headers, body: body.toString() });
  }
}

/** The code of a second factor: RFC 6238. @param later how many codes after the one of now. */
export function codeOf(key: string, later = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll(" ", "")]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac("sha1", secret).update(step).digest();
  const value = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** Returns the alert of a page, without its markup. */
export const said = ({ text }: { text: string }) => /role="alert">([^<]*)/.exec(text)?.[1];
