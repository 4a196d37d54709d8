import { request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/** The service that keeps a commune's documents. */
export const documentsService = "nextcloud";

/** Somebody's file among the documents, as the person uses it: by WebDAV. */
export class Document {
  readonly #address: string;

  /**
   * @param url public address of the documents.
   * @param name of the file, in the person's own folder.
   */
  constructor(
    url: string,
    private readonly account: { user: string; password: string },
    private readonly name: string,
    private readonly doorway: Doorway,
  ) {
    this.#address = `${url}/remote.php/dav/files/${account.user}/${encodeURIComponent(name)}`;
  }

  /** Path on the volume, as `commune restore --only` names it. */
  get path(): string {
    return `${this.account.user}/files/${this.name}`;
  }

  /** Throws if it is not taken. */
  async write(content: string | Buffer): Promise<void> {
    await this.#ask("PUT", [201, 204], content);
  }

  /** Throws if it is not there. */
  async remove(): Promise<void> {
    await this.#ask("DELETE", [204]);
  }

  /** Returns its content; undefined if there is none. */
  async read(): Promise<Buffer | undefined> {
    const { status, bytes } = await this.#ask("GET", [200, 404]);
    return status === 200 ? bytes : undefined;
  }

  async #ask(method: "GET" | "PUT" | "DELETE", fine: readonly number[], content?: string | Buffer) {
    const dispatcher = agentFor(this.doorway);
    const { user, password } = this.account;
    try {
      const { statusCode, body } = await request(this.#address, {
        ...{ method, dispatcher },
        headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
        ...(content !== undefined && { body: content }),
      });
      const bytes = Buffer.from(await body.arrayBuffer());
      if (!fine.includes(statusCode))
        throw new TranslatedError({
          en: `${method} ${this.#address} answered ${statusCode}, not ${fine.join(" or ")}.`,
          fr: `${method} ${this.#address} a répondu ${statusCode}, pas ${fine.join(" or ")}.`,
        });
      return { status: statusCode, bytes };
    } finally {
      await dispatcher.close();
    }
  }
}
