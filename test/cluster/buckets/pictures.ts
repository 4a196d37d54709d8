import { FormData, request } from "undici";
import { type Orphans, orphansIn } from "./orphans.ts";
import { kubectl, type Place, query } from "./place.ts";
import { type Answer, digestOf, type Upload } from "./uploads.ts";

/** Bucket of a commune's pictures, which anybody may read. */
export const picturesBucket = "town-media";

/** Mastodon of a commune, as its account uses it, and the pictures that are behind it. */
export class Pictures {
  constructor(
    private readonly place: Place,
    private readonly token: string,
  ) {}

  private get host(): string {
    return `social.${this.place.stack}.test`;
  }

  /** Asks whichever pod the ingress controller leads to. */
  async ask(method: "GET" | "POST" | "DELETE", path: string, body?: FormData): Promise<Answer> {
    const answer = await request(`https://${this.host}${path}`, {
      ...{ method, dispatcher: this.place.dispatcher, headersTimeout: 15_000, bodyTimeout: 15_000 },
      ...{ body: body ?? null, headers: { authorization: `Bearer ${this.token}` } },
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  upload(bytes: Buffer): Promise<Answer> {
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(bytes)], { type: "image/png" }), "a.png");
    return this.ask("POST", "/api/v2/media", form);
  }

  post(fields: Record<string, string>): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return this.ask("POST", "/api/v1/statuses", form);
  }

  /** Asks one pod of the web server. */
  async inPod(pod: string, path: string, ...curl: string[]): Promise<unknown> {
    const headers = [`Host: ${this.host}`, "X-Forwarded-Proto: https", `Authorization: Bearer ${this.token}`];
    const said = await kubectl(
      this.place,
      ...["exec", "-n", `${this.place.stack}-mastodon`, pod, "-c", "puma", "--", "curl", "-sS"],
      ...headers.flatMap((header) => ["-H", header]),
      ...[...curl, `http://127.0.0.1:3000${path}`],
    );
    return JSON.parse(said);
  }

  /** Returns what somebody without an account gets of a picture; the public host is the bucket. */
  published(url: string): Promise<{ status: number; bytes: Buffer }> {
    const host = `https://media.${this.place.stack}.test/`;
    if (!url.startsWith(host)) throw new Error(`${url} is not at the public host`);
    return this.place.store.published(url.replace(host, `${picturesBucket}/`));
  }

  async orphans(): Promise<Orphans> {
    const client = this.place.store.client(picturesBucket);
    // As Mastodon writes paths: the number in groups of three digits.
    const path = "regexp_replace(lpad(id::text, 18, '0'), '(...)(?!$)', '\\1/', 'g')";
    const key = `'mastodon/media_attachments/files/' || ${path} || '/original/' || file_file_name`;
    const rows = await query(this.place, "mastodon", `SELECT ${key} FROM media_attachments`);
    return orphansIn(client, "", rows);
  }

  /** Returns those of uploads that were taken and are not there as they were. */
  async lost(uploads: readonly Upload[]): Promise<string[]> {
    const taken = uploads.filter(({ status }) => status === 200);
    const found = await Promise.all(
      taken.map(async ({ text, digest }) => {
        const { id, url } = JSON.parse(text) as { id: string; url: string };
        const row = await this.ask("GET", `/api/v1/media/${id}`);
        const { bytes } = await this.published(url);
        return row.status === 200 && digestOf(bytes) === digest ? [] : [`${id} ${row.status}`];
      }),
    );
    return found.flat();
  }
}
