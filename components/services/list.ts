import { atLeastOne } from "../foundation/declaration/at-least-one.ts";
import type { ServiceEntry, ServiceLink } from "./link.ts";
import { mastodonLink } from "./mastodon/link.ts";
import { nextcloudLink } from "./nextcloud/link.ts";
import { peertubeLink } from "./peertube/link.ts";

/** The services that a commune can have, one a line, in the order in which they are shown. */
export const list = [
  { link: nextcloudLink, load: async () => (await import("./nextcloud/service.ts")).nextcloud },
  { link: mastodonLink, load: async () => (await import("./mastodon/service.ts")).mastodon },
  { link: peertubeLink, load: async () => (await import("./peertube/service.ts")).peertube },
  { load: async () => (await import("./lists/service.ts")).lists },
  { load: async () => (await import("./tickets/service.ts")).tickets },
] as const satisfies readonly ServiceEntry[];

type KindOf<Entry> = Entry extends { link: { kind: infer Kind } } ? Kind : never;

/** Kind of service that communes can link: `documents`. */
export type LinkedKind = KindOf<(typeof list)[number]>;

/** Links of each kind of service, in the same order. */
export const links: readonly (ServiceLink & { kind: LinkedKind })[] = list.flatMap((entry) =>
  "link" in entry ? [entry.link] : [],
);

/** Returns the French name of a kind of service; the kind itself if it is not known here. */
export function frenchKind(kind: string): string {
  return links.find((link) => link.kind === kind)?.french ?? kind;
}

/** Returns the name by which people know the software of a kind of service; undefined for a kind that is not known here. */
export function softwareTitle(kind: string): string | undefined {
  return links.find((link) => link.kind === kind)?.title;
}

/** Returns what people do with a kind of service, in French; undefined for a kind that is not known here. */
export function frenchPurpose(kind: string): string | undefined {
  return links.find((link) => link.kind === kind)?.frenchPurpose;
}

/** Every kind of service that communes can link. */
export const linkedKinds = atLeastOne(links.map(({ kind }) => kind));
