import { Agent, EnvHttpProxyAgent, fetch, type Response } from "undici";
import * as z from "zod";
import { show } from "../../declaration/show.ts";
import { sha256 } from "../../manifest/checksum.ts";
import { type Mirrors, parseReference, type Reference, referenceText } from "../reference.ts";
import { challengeIn } from "./challenge.ts";
import { type Credentials, loggedIn } from "./credentials.ts";
import { type Descriptor, indexTypes, manifestTypes } from "./manifest.ts";
import { hostnameOf, isLoopback, tokenAddress } from "./realm.ts";

/** A registry that does not give what is asked, told in one sentence. */
export class RegistryError extends Error {
  override name = "RegistryError";
  /** The HTTP status; nothing when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** An index or a manifest, byte for byte: its digest is that of these bytes. */
export interface RawManifest {
  mediaType: string;
  /** `sha256:…` */
  digest: string;
  bytes: Buffer;
  /** The registry or mirror that gave it. */
  from: string;
}

/** Options of requests to registries. */
export interface RegistryOptions {
  mirrors?: Mirrors;
  credentials?: Credentials;
  signal?: AbortSignal;
}

/** Host of the API of a registry, if it differs from the name in references. */
const apiHosts: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

/** The largest manifest that registries must take. Source: distribution-spec, "Pushing Manifests". */
const largestManifest = 4 * 1024 * 1024;

/** Most redirects of a registry: from itself to a store, and there once more. */
const mostMoves = 5;

const token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * Reads from registries of images by the OCI distribution protocol, at their mirrors where they have one. What it gives
 * has been checked against its digest. A registry on this machine's loopback is spoken to without TLS, as Docker does.
 * Proxies are the environment's (HTTPS_PROXY, NO_PROXY), authorities Node's own and NODE_EXTRA_CA_CERTS.
 * Sources: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull, …/distribution/spec/auth/token/
 */
export class Registries {
  private readonly mirrors: Mirrors;
  private readonly credentials: Credentials;
  private readonly signal: AbortSignal | undefined;
  private readonly proxied = new EnvHttpProxyAgent({ bodyTimeout: 60_000, headersTimeout: 30_000 });
  private readonly direct = new Agent({ bodyTimeout: 60_000, headersTimeout: 30_000 });
  /** Authorization by registry and repository, reused by later requests. */
  private readonly authorizations = new Map<string, string>();

  constructor({ mirrors = {}, credentials = loggedIn(), signal }: RegistryOptions = {}) {
    this.mirrors = mirrors;
    this.credentials = credentials;
    this.signal = signal;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([this.proxied.destroy(), this.direct.destroy()]);
  }

  /**
   * Whether the registry speaks the protocol at all, whoever may read what.
   *
   * @param registry as references name it: `docker.io`.
   */
  async answers(registry: string, milliseconds: number): Promise<boolean> {
    const { host } = this.placeOf({ registry, repository: "", tag: undefined, digest: undefined });
    try {
      const signal = this.within(AbortSignal.timeout(milliseconds));
      const answer = await this.ask(`${baseOf(host)}/v2/`, { signal });
      await answer.body?.cancel();
      return (
        answer.status === 200 ||
        (answer.status === 401 && challengeIn(answer.headers.get("www-authenticate")) !== undefined)
      );
    } catch {
      return false;
    }
  }

  /** The index or manifest of a reference. Throws RegistryError. */
  async manifest(text: string): Promise<RawManifest> {
    const reference = parseReference(text);
    const place = this.placeOf(reference);
    const accept = [...indexTypes, ...manifestTypes].join(", ");
    const name = reference.digest ?? reference.tag ?? "latest";
    const answer = await this.get(place, `manifests/${name}`, { accept });
    const bytes = await limited(answer.body ?? [], largestManifest, text);
    const digest = digestOf(bytes);
    const said = reference.digest ?? answer.headers.get("docker-content-digest") ?? digest;
    if (said !== digest)
      throw new RegistryError(
        `${place.shown} gave for ${text} what has the digest ${digest}, and should have ${said}: nothing was taken from it.`,
      );
    const mediaType = answer.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
    return { mediaType, digest, bytes, from: place.shown };
  }

  /**
   * The bytes of a piece of content from the given one on, as they come: nobody has checked them yet. A registry that
   * begins at another byte than asked for says so by its status 200.
   */
  async blob(
    text: string,
    digest: string,
    from = 0,
  ): Promise<{ start: number; body: AsyncIterable<Uint8Array> }> {
    const place = this.placeOf(parseReference(text));
    const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
    const answer = await this.get(place, `blobs/${digest}`, range);
    if (answer.body === null) throw new RegistryError(`${place.shown} gave nothing of ${text}.`);
    return { start: answer.status === 206 ? from : 0, body: answer.body };
  }

  /** A small piece of content, such as an image's configuration, checked. Throws RegistryError. */
  async whole(text: string, { digest, size }: Pick<Descriptor, "digest" | "size">): Promise<Buffer> {
    const { body } = await this.blob(text, digest);
    const bytes = await limited(body, Math.min(size, largestManifest), text);
    if (digestOf(bytes) !== digest)
      throw new RegistryError(
        `what the registry gave for ${digest} of ${text} is something else: nothing was taken from it.`,
      );
    return bytes;
  }

  /** Returns the place from which an image is read: host and path of its registry or of the mirror. */
  private placeOf(reference: Reference): Place {
    const { registry, repository } = reference;
    const [mirror, ...path] = this.mirrors[registry]?.split("/") ?? [];
    const host = mirror ?? apiHosts[registry] ?? registry;
    const shown = mirror === undefined ? registry : [mirror, ...path].join("/");
    return {
      host,
      shown,
      login: mirror ?? registry,
      repository: [...path, repository].join("/"),
      asked: referenceText(reference),
    };
  }

  private async get(place: Place, path: string, headers: Record<string, string>): Promise<Response> {
    const url = `${baseOf(place.host)}/v2/${place.repository}/${path}`;
    const key = `${place.host}/${place.repository}`;
    for (const isLast of [false, true]) {
      const authorization = this.authorizations.get(key);
      const answer = await this.ask(
        url,
        { headers: { ...headers, ...(authorization && { authorization }) } },
        place,
      );
      if (answer.ok) return answer;
      await answer.body?.cancel();
      if (answer.status !== 401 || isLast) throw refused(place, answer.status);
      this.authorizations.set(key, await this.authorization(place, answer.headers.get("www-authenticate")));
    }
    throw refused(place, 401);
  }

  /** Returns the authorization that a registry asked for. */
  private async authorization(place: Place, header: string | null): Promise<string> {
    const challenge = challengeIn(header);
    const login = this.credentials(place.login);
    if (challenge?.scheme === "basic" && login !== undefined) return `Basic ${login}`;
    if (challenge?.scheme !== "bearer") throw refused(place, 401);
    const url = tokenAddress(challenge.realm, place.host);
    if (url === undefined)
      throw new RegistryError(
        `${place.shown} wants a token for ${place.asked} from ${show(challenge.realm)}, which is not https, or not of its own site: no request and no password was sent there. Name a mirror of it.`,
      );
    if (challenge.service !== undefined) url.searchParams.set("service", challenge.service);
    url.searchParams.set("scope", challenge.scope ?? `repository:${place.repository}:pull`);
    const headers: Record<string, string> = login === undefined ? {} : { authorization: `Basic ${login}` };
    const answer = await this.ask(url.href, { headers }, place);
    if (!answer.ok) {
      await answer.body?.cancel();
      throw refused(place, answer.status);
    }
    const given = token.safeParse(
      JSON.parse((await limited(answer.body ?? [], largestManifest, place.asked)).toString("utf8")),
    );
    const text = given.data?.token ?? given.data?.access_token;
    if (text === undefined) throw new RegistryError(`${url.host} gave no token for ${place.asked}.`);
    return `Bearer ${text}`;
  }

  /** Sends a request and follows redirects: never from https to plain http, and without the authorization to any other origin. */
  private async ask(
    url: string,
    {
      headers = {},
      signal = this.signal,
    }: { headers?: Record<string, string>; signal?: AbortSignal | undefined },
    place?: Place,
  ): Promise<Response> {
    const first = new URL(url);
    const shown = place?.shown ?? first.host;
    let [at, told] = [first, headers];
    for (let moves = 0; ; moves += 1) {
      const answer = await this.once(at, told, signal, shown);
      const location = answer.headers.get("location");
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return answer;
      await answer.body?.cancel();
      const next = URL.canParse(location, at.href) ? new URL(location, at.href) : undefined;
      const isPlain = next?.protocol === "http:" && isLoopback(first.hostname) && isLoopback(next.hostname);
      if (next === undefined || moves === mostMoves || !(isPlain || next.protocol === "https:"))
        throw new RegistryError(`${shown} redirects to ${show(location)}, and is not followed there.`);
      const { authorization: _, ...others } = told;
      if (next.origin !== at.origin) told = others;
      at = next;
    }
  }

  /** One answer, wherever it sends. */
  private async once(
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
    shown: string,
  ): Promise<Response> {
    const dispatcher = isLoopback(url.hostname) ? this.direct : this.proxied;
    try {
      return await fetch(url, { headers, dispatcher, redirect: "manual", ...(signal && { signal }) });
    } catch (error) {
      this.signal?.throwIfAborted();
      throw new RegistryError(
        `${shown} does not answer (${reasonOf(error)}): ask again later, or name a mirror of it.`,
      );
    }
  }

  private within(signal: AbortSignal): AbortSignal {
    return this.signal ? AbortSignal.any([this.signal, signal]) : signal;
  }
}

interface Place {
  host: string;
  /** The registry or mirror, for people. */
  shown: string;
  /** Under which name somebody logged in to it. */
  login: string;
  repository: string;
  /** The reference that was asked for. */
  asked: string;
}

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${sha256(bytes)}`;
}

function baseOf(host: string): string {
  return `${isLoopback(hostnameOf(host)) ? "http" : "https"}://${host}`;
}

function refused({ shown, login, asked }: Place, status: number): RegistryError {
  const reasons: Record<number, string> = {
    401: `${shown} requires a log-in for ${asked}: log in with docker login ${login}, podman login ${login} or skopeo login ${login}.`,
    403: `${shown} does not let this user read ${asked}.`,
    404: `${shown} has no image ${asked}. Correct its version in the declaration, or the mirror.`,
    429: `${shown} has been asked too often: wait, log in, or name a mirror.`,
  };
  return new RegistryError(reasons[status] ?? `${shown} answered ${status} when asked for ${asked}.`, status);
}

/** Reads the body of an answer. Throws if it is longer than `most` bytes. */
async function limited(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most: number,
  what: string,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > most)
      throw new RegistryError(`what the registry says of ${what} is longer than ${most} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}
