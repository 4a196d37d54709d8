/** The streams of the API by name, and the channel of Redis behind each. */
export interface Subscription {
  stream: string;
  tag?: string | undefined;
}

const paths: Record<string, string> = {
  "/api/v1/streaming/user": "user",
  "/api/v1/streaming/public": "public",
  "/api/v1/streaming/public/local": "public:local",
  "/api/v1/streaming/public/remote": "public:remote",
  "/api/v1/streaming/hashtag": "hashtag",
  "/api/v1/streaming/hashtag/local": "hashtag:local",
};

/** The stream that a path of Server-Sent Events names. */
export function streamOfPath(path: string): string | undefined {
  return paths[path];
}

/** The channel of Redis of a subscription; undefined when there is no such stream. Source: streaming/index.js. */
export function channelOf({ stream, tag }: Subscription, account: string): string | undefined {
  if (stream === "user") return `timeline:${account}`;
  if (["public", "public:local", "public:remote"].includes(stream)) return `timeline:${stream}`;
  if (!tag) return undefined;
  if (stream === "hashtag") return `timeline:hashtag:${tag.toLowerCase()}`;
  return stream === "hashtag:local" ? `timeline:hashtag:${tag.toLowerCase()}:local` : undefined;
}
