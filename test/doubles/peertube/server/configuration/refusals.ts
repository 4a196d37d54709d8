import type { Layer } from "./layer.ts";
import { milliseconds } from "./units.ts";
import { at, isSection, leaves, type Values } from "./values.ts";

/** Read by the server, and commented out in its default.yaml: test/upstream/README.md. */
const keysWithoutDefault = ["database.name"];

/**
 * Keys that no default.yaml knows, each with the file or variable that sets it. The real server ignores them;
 * the double refuses, so that a misspelt key is seen.
 */
export function unknownKeys(defaults: Values, layers: Layer[]): { path: string; origin: string }[] {
  const known = new Set([...leaves(defaults).map(([path]) => path), ...keysWithoutDefault]);
  return layers.flatMap(({ origin, values }) =>
    leaves(values)
      .map(([path]) => ({ path, origin }))
      .filter(({ path }) => !known.has(path) && !belowList(path, known)),
  );
}

/** A list that is null by default may be given as what it holds. */
function belowList(path: string, known: Set<string>): boolean {
  return [...known].some((each) => path.startsWith(`${each}.`));
}

type Check = (values: Values) => string | undefined;

const secret: Check = (values) =>
  at(values, "secrets.peertube")
    ? undefined
    : "secrets.peertube is missing in config. Generate one using `openssl rand -hex 32`";

const hostname: Check = (values) => {
  const name = at(values, "webserver.hostname");
  return typeof name === "string" && name !== "" && name !== "undefined"
    ? undefined
    : "webserver.hostname is missing in config. Set PEERTUBE_WEBSERVER_HOSTNAME or the key";
};

const redundancy: Check = (values) => {
  const strategies = at(values, "redundancy.videos.strategies");
  if (strategies === null || strategies === undefined) return undefined;
  if (!Array.isArray(strategies)) return "redundancy.videos.strategies should be a list";
  const names = strategies.map((each) => (isSection(each) ? String(each.strategy) : "?"));
  const unknown = names.find((name) => !["most-views", "trending", "recently-added"].includes(name));
  if (unknown)
    return `Videos redundancy should have most-views or trending or recently-added strategy instead of ${unknown}`;
  if (new Set(names).size !== names.length) return "Redundancy video entries should have unique strategies";
  const short = strategies.find((each) => !(milliseconds(each.min_lifetime) >= 36_000_000));
  if (short) return `Video redundancy minimum lifetime should be >= 10 hours for strategy ${short.strategy}`;
  const recent = strategies.find((each) => each.strategy === "recently-added");
  return recent && !Number.isFinite(Number(recent.min_views ?? Number.NaN))
    ? "Min views in recently added strategy is not a number"
    : undefined;
};

const acceptFrom: Check = (values) =>
  ["nobody", "anybody", "followings"].includes(String(at(values, "remote_redundancy.videos.accept_from")))
    ? undefined
    : "remote_redundancy.videos.accept_from has an incorrect value";

const transcoding: Check = (values) =>
  at(values, "transcoding.enabled") &&
  !at(values, "transcoding.web_videos.enabled") &&
  !at(values, "transcoding.hls.enabled")
    ? "You need to enable at least Web Video transcoding or HLS transcoding."
    : undefined;

const live: Check = (values) => {
  if (!at(values, "live.enabled")) return undefined;
  if (at(values, "live.allow_replay") && !at(values, "transcoding.enabled")) {
    return "Live allow replay cannot be enabled if transcoding is not enabled.";
  }
  return at(values, "live.rtmp.enabled") || at(values, "live.rtmps.enabled")
    ? undefined
    : "You must enable at least RTMP or RTMPS";
};

const signup: Check = (values) =>
  at(values, "signup.enabled") &&
  at(values, "signup.requires_email_verification") &&
  !at(values, "smtp.hostname") &&
  !at(values, "smtp.sendmail")
    ? "SMTP is not configured but you require signup email verification."
    : undefined;

const objectStorage: Check = (values) => {
  if (!at(values, "object_storage.enabled")) return undefined;
  const place = (kind: string) => ({
    bucket: at(values, `object_storage.${kind}.bucket_name`),
    prefix: at(values, `object_storage.${kind}.prefix`),
  });
  const [web, streaming] = [place("web_videos"), place("streaming_playlists")];
  if (!web.bucket) return "videos_bucket should be set when object storage support is enabled.";
  if (!streaming.bucket) {
    return "streaming_playlists_bucket should be set when object storage support is enabled.";
  }
  return web.bucket === streaming.bucket && web.prefix === streaming.prefix
    ? "Bucket prefixes should be set to different values when the same bucket is used for both types of video."
    : undefined;
};

const checks = [secret, hostname, redundancy, acceptFrom, transcoding, live, signup, objectStorage];

/**
 * The first reason why a server with this configuration would not start, in the real server's words where it
 * has some (its initializers/checker-after-init.ts, 6.3).
 */
export function refusal(values: Values): string | undefined {
  for (const check of checks) {
    const reason = check(values);
    if (reason) return reason;
  }
  return undefined;
}
