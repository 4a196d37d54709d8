import { type Image, repositoryOf } from "../../foundation/image/catalogue.ts";

/** What Mastodon runs, with the default version. */
export const images = {
  mastodon: {
    reference: "ghcr.io/mastodon/mastodon:v4.6.5",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/mastodon/mastodon",
  },
  mastodonStreaming: {
    reference: "ghcr.io/mastodon/mastodon-streaming:v4.6.5",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/mastodon/mastodon/tree/main/streaming",
  },
} satisfies Record<string, Image>;

/** The official image of Mastodon's web server, workers and commands. */
export function mastodonImage(version: string): string {
  return `${repositoryOf(images.mastodon.reference)}:v${version}`;
}

/** The official image of Mastodon's streaming server, separate since 4.3. */
export function mastodonStreamingImage(version: string): string {
  return `${repositoryOf(images.mastodonStreaming.reference)}:v${version}`;
}
