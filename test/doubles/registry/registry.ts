import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Content, MadeImage } from "./content.ts";

/** Behaviour of a double of a registry. */
export interface RegistryBehaviour {
  /** Access to read: anybody, anybody with a token, or who logs in with this name and password. */
  access?: "open" | "token" | { user: string; password: string };
  /** Ends the connection after so many bytes of a blob, each of the first times that it is asked for. */
  cuts?: { after: number; times: number };
  /** Whether it goes on from the middle of a blob when asked to. */
  ranges?: boolean;
  /** Gives other bytes than those of the digest, for blobs. */
  lies?: boolean;
  /** Sends blobs from another path, as registries with a store behind them do; or from another address. */
  redirects?: boolean | string;
  /** Address that gives tokens; itself if absent. */
  realm?: string;
  /** Sends who asks for a token elsewhere. */
  tokenMoved?: string;
}

/**
 * A double of a registry of images, on this machine's loopback: the pull half of the OCI distribution protocol, with the
 * token dialogue of Docker Hub and ghcr.io. Nothing can be pushed.
 */
export class RegistryDouble {
  /** Requests so far, as `GET /v2/…`, with the range if there was one. */
  readonly asked: string[] = [];
  /** Credentials that it was sent, one for each request that had any. */
  readonly told: string[] = [];
  private readonly contents = new Map<string, Content>();
  private readonly server: Server;
  private readonly behaviour: RegistryBehaviour;
  private cutsLeft: number;

  constructor(behaviour: RegistryBehaviour = {}) {
    this.behaviour = behaviour;
    this.cutsLeft = behaviour.cuts?.times ?? 0;
    this.server = createServer((request, response) => this.answer(request, response));
  }

  /** Starts it. */
  async listen(): Promise<this> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  /** `127.0.0.1:40123` */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Keeps an image under a tag, instead of the one before. */
  keep(repository: string, tag: string, { top, manifests, blobs }: MadeImage): void {
    this.contents.set(`${repository}/manifests/${tag}`, top);
    for (const each of [top, ...manifests]) this.contents.set(`${repository}/manifests/${each.digest}`, each);
    for (const each of blobs) this.contents.set(`${repository}/blobs/${each.digest}`, each);
  }

  private answer(request: IncomingMessage, response: ServerResponse): ServerResponse {
    const { pathname, searchParams } = new URL(request.url ?? "/", `http://${this.host}`);
    const range = request.headers.range;
    this.asked.push(`${request.method} ${pathname}${range === undefined ? "" : ` ${range}`}`);
    if (request.headers.authorization !== undefined) this.told.push(request.headers.authorization);
    if (pathname === "/token" && this.behaviour.tokenMoved !== undefined) {
      response.setHeader("location", this.behaviour.tokenMoved);
      return end(response, 307);
    }
    if (pathname === "/token") return this.token(searchParams, response);
    if (pathname.startsWith("/store/")) return this.send(pathname.slice("/store/".length), range, response);
    if (!pathname.startsWith("/v2/")) return end(response, 404);
    if (!this.admits(request, pathname)) return this.challenge(pathname, response);
    const path = pathname.slice("/v2/".length);
    if (path === "") return end(response, 200, "{}");
    if (this.behaviour.redirects && path.includes("/blobs/")) {
      const elsewhere = this.behaviour.redirects === true ? "" : this.behaviour.redirects;
      response.setHeader("location", `${elsewhere}/store/${path}`);
      return end(response, 307);
    }
    return this.send(path, range, response);
  }

  private admits({ headers: { authorization } }: IncomingMessage, pathname: string): boolean {
    const { access = "open" } = this.behaviour;
    if (access === "open") return true;
    if (access === "token") return authorization === `Bearer ${tokenFor(scopeOf(pathname))}`;
    return authorization === `Basic ${basic(access)}`;
  }

  private challenge(pathname: string, response: ServerResponse): ServerResponse {
    const realm = this.behaviour.realm ?? `http://${this.host}/token`;
    const bearer = `Bearer realm="${realm}",service="registry.double"${pathname === "/v2/" ? "" : `,scope="${scopeOf(pathname)}"`}`;
    response.setHeader(
      "www-authenticate",
      this.behaviour.access === "token" ? bearer : 'Basic realm="double"',
    );
    return end(response, 401, '{"errors":[{"code":"UNAUTHORIZED"}]}');
  }

  private token(asked: URLSearchParams, response: ServerResponse): ServerResponse {
    if (asked.get("service") !== "registry.double") return end(response, 400);
    return end(response, 200, JSON.stringify({ token: tokenFor(asked.get("scope") ?? ""), expires_in: 300 }));
  }

  private send(path: string, range: string | undefined, response: ServerResponse): ServerResponse {
    const found = this.contents.get(path);
    if (found === undefined) return end(response, 404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    const isBlob = path.includes("/blobs/");
    const bytes =
      isBlob && this.behaviour.lies ? Buffer.from(found.bytes).fill(1, found.bytes.length - 20) : found.bytes;
    const start = isBlob && this.behaviour.ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    const part = bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      "content-type": isBlob ? "application/octet-stream" : found.mediaType,
      "content-length": part.length,
      ...(isBlob ? {} : { "docker-content-digest": found.digest }),
    });
    const { cuts } = this.behaviour;
    if (!isBlob || cuts === undefined || this.cutsLeft === 0 || part.length <= cuts.after)
      return response.end(part);
    this.cutsLeft -= 1;
    response.write(part.subarray(0, cuts.after), () => response.destroy());
    return response;
  }
}

const scopeOf = (pathname: string) =>
  `repository:${/^\/v2\/(.*)\/(?:manifests|blobs)\//.exec(pathname)?.[1] ?? ""}:pull`;

const tokenFor = (scope: string) => `token-for-${Buffer.from(scope).toString("base64url")}`;

const basic = ({ user, password }: { user: string; password: string }) =>
  Buffer.from(`${user}:${password}`).toString("base64");

function end(response: ServerResponse, status: number, body = ""): ServerResponse {
  return response.writeHead(status, { "content-type": "application/json" }).end(body);
}
