import { request } from "undici";
import { proxyPort } from "../../../components/platform/exposure/sidecar-proxy.ts";
import { type Orphans, orphansIn } from "./orphans.ts";
import { kubectl, type Place, query } from "./place.ts";
import { type Answer, digestOf, type Upload } from "./uploads.ts";

/** Bucket of a commune's documents, which nobody reads without keys. */
export const documentsBucket = "town-documents";

/** Prints the status and the body of a request to the server in the same pod: method, path, host, login, body in base64. */
const inPod = `[, $method, $path, $host, $login, $body] = $argv;
$headers = ["Host: $host", "Connection: close", "Content-Type: application/octet-stream", "Authorization: Basic " . base64_encode($login)];
$http = ["method" => $method, "header" => $headers, "content" => base64_decode($body), "ignore_errors" => true];
$said = file_get_contents("http://127.0.0.1:${proxyPort}$path", false, stream_context_create(["http" => $http]));
echo explode(" ", $http_response_header[0])[1], " ", base64_encode($said);`;

/** Nextcloud of a commune, as one of its accounts uses it, and the objects that are behind it. */
export class Documents {
  constructor(
    private readonly place: Place,
    private readonly account: { user: string; password: string },
  ) {}

  private get host(): string {
    return `cloud.${this.place.stack}.test`;
  }

  private path(name: string): string {
    return `/remote.php/dav/files/${this.account.user}/${name}`;
  }

  /** Asks whichever server the ingress controller leads to. */
  async ask(method: "GET" | "PUT" | "PROPFIND", name: string, body?: Buffer): Promise<Answer> {
    const { user, password } = this.account;
    const answer = await request(`https://${this.host}${this.path(name)}`, {
      // Undici has no type for methods of WebDAV.
      ...{ method: method as "GET", dispatcher: this.place.dispatcher, body: body ?? null },
      ...{ headersTimeout: 40_000, bodyTimeout: 40_000 },
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return { status: answer.statusCode, text: method === "GET" ? digestOf(bytes) : bytes.toString() };
  }

  /** Writes a document of the name of its digest. */
  upload(bytes: Buffer): Promise<Answer> {
    return this.ask("PUT", `${digestOf(bytes)}.txt`, bytes);
  }

  /** Asks the server of one pod. */
  async inPod(pod: string, method: "GET" | "PUT", name: string, body: Uint8Array = new Uint8Array()) {
    const { user, password } = this.account;
    const said = await kubectl(
      this.place,
      ...["exec", "-n", `${this.place.stack}-nextcloud`, pod, "-c", "php", "--", "php", "-r", inPod, "--"],
      ...[method, this.path(name), this.host, `${user}:${password}`, Buffer.from(body).toString("base64")],
    );
    const [status, bytes = ""] = said.split(" ");
    return { status: Number(status), bytes: Buffer.from(bytes, "base64") };
  }

  async orphans(): Promise<Orphans> {
    const client = this.place.store.client(documentsBucket);
    const rows = await query(
      this.place,
      "nextcloud",
      `SELECT 'urn:oid:' || fileid FROM oc_filecache f JOIN oc_storages s ON s.numeric_id = f.storage
         JOIN oc_mimetypes m ON m.id = f.mimetype
         WHERE s.id LIKE 'object::user:%' AND m.mimetype <> 'httpd/unix-directory'`,
    );
    return orphansIn(client, "urn:oid:", rows);
  }

  /** Returns those of uploads that were taken and are not there as they were. */
  async lost(uploads: readonly Upload[]): Promise<string[]> {
    const taken = uploads.filter(({ status }) => status === 201);
    const found: string[] = [];
    for (const { digest } of taken) {
      const { status, text } = await this.ask("GET", `${digest}.txt`);
      if (status !== 200 || text !== digest) found.push(`${digest} ${status}`);
    }
    return found;
  }
}
