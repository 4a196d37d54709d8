import { createSocket } from "node:dgram";
import { createReadStream, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx";
import type { PublishedFile } from "../../../components/schools/schools/library.ts";

/** A double of a commune's nginx: the same paths, and a line that can be cut. It also answers no to every name. */
export class LibraryServer {
  files: ReadonlyMap<string, PublishedFile> = new Map();
  /** Bytes of bodies sent since it was last set to 0. */
  sent = 0;
  /** The line is dead once so many bytes are sent. */
  cutAfter = Number.POSITIVE_INFINITY;
  /** Names that programs have asked for. */
  readonly names = new Set<string>();
  readonly requests: string[] = [];
  /** Certificate of whoever signed the server's. */
  authority = "";

  private constructor() {}

  static async start(host: string, address: string): Promise<{ server: LibraryServer; stop(): void }> {
    const server = new LibraryServer();
    const folder = mkdtempSync(join(tmpdir(), "tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const [authorityKey, authority] = [join(folder, "authority-key.pem"), join(folder, "authority.pem")];
    await certificate("Authority of the campaign", authorityKey, authority);
    // Browsers take no authority's own certificate for a site.
    await certificate(host, key, cert, [
      ...["-CA", authority, "-CAkey", authorityKey],
      ...["-addext", `subjectAltName=DNS:${host}`, "-addext", "basicConstraints=critical,CA:FALSE"],
    ]);
    server.authority = readFileSync(authority, "utf8");
    const pair = { key: readFileSync(key), cert: readFileSync(cert) };
    const https = createServer(pair, (request, response) => {
      server.requests.push(request.url ?? "");
      // apt asks for "packages/./InRelease", which nginx reads as this does.
      const { pathname } = new URL(request.url ?? "/", `https://${host}`);
      const file = server.find(decodeURIComponent(pathname).slice(1));
      if (server.sent >= server.cutAfter) return request.socket.destroy();
      if (!file) return response.writeHead(404).end();
      const etag = `"${file.sha256}"`;
      if (request.headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
      const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (start >= file.bytes && start > 0) return response.writeHead(416).end();
      response.writeHead(start > 0 ? 206 : 200, {
        etag,
        "accept-ranges": "bytes",
        "content-length": file.bytes - start,
        ...(start > 0 ? { "content-range": `bytes ${start}-${file.bytes - 1}/${file.bytes}` } : {}),
      });
      if (typeof file.source !== "string") {
        server.sent += file.bytes - start;
        return response.end(file.source.subarray(start));
      }
      const stream = createReadStream(file.source, { start });
      stream.on("data", (chunk) => {
        server.sent += chunk.length;
        if (server.sent >= server.cutAfter) request.socket.destroy();
      });
      // A client that goes away takes no more: aria2 asks once for the length, then again from where it was.
      response.on("close", () => stream.destroy());
      return stream.pipe(response);
    }).listen(443, address);
    const names = createSocket("udp4", (query, from) => {
      server.names.add(questionOf(query));
      const answer = Buffer.from(query);
      // A response, recursion available, "no such name" (RFC 1035, 4.1.1).
      answer.writeUInt16BE(0x8183, 2);
      names.send(answer, from.port, from.address);
    });
    names.bind(53, address);
    return {
      server,
      stop: () => {
        https.closeAllConnections();
        https.close();
        names.close();
      },
    };
  }

  private find(path: string): PublishedFile | undefined {
    if (!path.startsWith("objects/")) return this.files.get(path);
    const sum = path.slice("objects/".length);
    return [...this.files.values()].find(({ sha256 }) => sha256 === sum);
  }
}

function questionOf(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; at < query.length && query[at]; ) {
    const length = query[at] ?? 0;
    labels.push(query.toString("ascii", at + 1, at + 1 + length));
    at += length + 1;
  }
  return labels.join(".");
}

/** Makes a key and its certificate, self-signed or signed by what the options say. */
function certificate(name: string, key: string, file: string, options: readonly string[] = []) {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  return $`openssl req -x509 ${kind} -subj /CN=${name} -keyout ${key} -out ${file} ${options}`;
}
