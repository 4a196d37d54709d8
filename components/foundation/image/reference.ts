/** A reference to an image, taken apart. Source: https://pkg.go.dev/github.com/distribution/reference#pkg-overview */
export interface Reference {
  /** Host, with its port where it has one: `docker.io`. */
  registry: string;
  /** Path at that registry: `library/postgres`. */
  repository: string;
  tag: string | undefined;
  /** `sha256:…` */
  digest: string | undefined;
}

/** `sha256:` and 64 hexadecimal digits. */
export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Takes a reference apart; what people leave out is Docker Hub, `library/` and the tag `latest`. */
export function parseReference(text: string): Reference {
  const [name = "", digest] = text.split("@");
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const [, path = "", tag] = /^(.*?)(?::([^:/]+))?$/.exec(hasRegistry ? rest.join("/") : name) ?? [];
  const registry = hasRegistry ? first : "docker.io";
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { registry, repository, tag: tag ?? (digest === undefined ? "latest" : undefined), digest };
}

/** `docker.io/library/postgres:17.12-trixie@sha256:…` */
export function referenceText({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** A reference as containerd stores it: with its registry, its `library/` and its tag. */
export function fullReference(text: string): string {
  return referenceText(parseReference(text));
}

/** Mirrors from which a cluster gets images, by registry: a host and perhaps a path. */
export type Mirrors = Readonly<Record<string, string>>;

/** Returns the reference of an image at the mirror of its registry; unchanged if that has none. */
export function mirrored(text: string, mirrors: Mirrors): string {
  const { registry, ...rest } = parseReference(text);
  return referenceText({ ...rest, registry: mirrors[registry] ?? registry });
}

/** Reverses {@link mirrored}: returns the image under its own registry's name. */
export function upstreamOf(text: string, mirrors: Mirrors): string {
  const found = Object.entries(mirrors).find(([, mirror]) => text.startsWith(`${mirror}/`));
  return found === undefined ? text : `${found[0]}${text.slice(found[1].length)}`;
}

const mirrorSpelling =
  /^([a-z0-9.-]+(?::\d+)?)=((?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?(?:\/[a-z0-9._-]+)*)$/;

/** Reads `docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr`; nothing when it is spelled otherwise. */
export function mirrorsIn(text: string): Mirrors | undefined {
  const parts = text.split(",").map((part) => mirrorSpelling.exec(part.trim()));
  const pairs = parts.flatMap((part) => (part ? [[part[1] ?? "", part[2] ?? ""] as const] : []));
  const mirrors = Object.fromEntries(pairs);
  return pairs.length === parts.length && Object.keys(mirrors).length === parts.length ? mirrors : undefined;
}
