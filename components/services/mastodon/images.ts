import { catalogueImage, repositoryOf } from "../../foundation/image/catalogue.ts";

/** Images that Mastodon runs, with the default version. */
export const images = {
  mastodon: catalogueImage("mastodon"),
  mastodonStreaming: catalogueImage("mastodonStreaming"),
};

/** The official image of Mastodon's web server, workers and commands. */
export function mastodonImage(version: string): string {
  return `${repositoryOf(images.mastodon.reference)}:v${version}`;
}

/** The official image of Mastodon's streaming server, separate since 4.3. */
export function mastodonStreamingImage(version: string): string {
  return `${repositoryOf(images.mastodonStreaming.reference)}:v${version}`;
}
