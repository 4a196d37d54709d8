import { resolve } from "node:path";
import { z } from "zod";
import { milliseconds } from "./units.ts";
import { at, leaves, type Values } from "./values.ts";

const port = z.int().min(1).max(65535);
const text = z.string();
const switched = z.object({ enabled: z.boolean() });
const duration = z.unknown().transform(milliseconds).pipe(z.number());
const resolutions = z.record(z.string(), z.boolean());

/** The keys that the double acts on; every other one is only checked for its name. */
const schema = z.object({
  listen: z.object({ hostname: text, port }),
  webserver: z.object({ https: z.boolean(), hostname: text, port }),
  oauth2: z.object({ token_lifetime: z.object({ access_token: duration, refresh_token: duration }) }),
  rates_limit: z.object({ login: z.object({ enabled: z.boolean(), window: duration, max: z.int() }) }),
  database: z.object({
    hostname: text,
    port,
    ssl: z.boolean(),
    ssl_settings: z.object({ reject_unauthorized: z.boolean() }),
    name: text.optional(),
    suffix: text,
    username: text,
    password: text,
    pool: z.object({ max: z.int().min(1) }),
  }),
  redis: z.object({
    hostname: text.nullable(),
    port: port.nullable(),
    auth: text.nullable(),
    db: z.int(),
  }),
  smtp: z.object({
    hostname: text.nullable(),
    sendmail: text.nullable(),
    port,
    username: text.nullable(),
    password: text.nullable(),
    tls: z.boolean(),
    disable_starttls: z.boolean(),
    from_address: text,
  }),
  storage: z.record(z.string(), text),
  object_storage: switched,
  federation: z.object({
    enabled: z.boolean(),
    prevent_ssrf: z.boolean(),
    sign_federated_fetches: z.boolean(),
  }),
  log: z.object({ level: text, log_ping_requests: z.boolean(), log_http_requests: z.boolean() }),
  webadmin: z.object({ configuration: z.object({ edition: z.object({ allowed: z.boolean() }) }) }),
  feeds: z.object({ videos: z.object({ count: z.int() }) }),
  admin: z.object({ email: text.nullable() }),
  signup: z.object({ enabled: z.boolean() }),
  contact_form: switched,
  transcoding: z.object({ enabled: z.boolean(), resolutions }),
  live: z.object({
    enabled: z.boolean(),
    rtmp: z.object({ enabled: z.boolean(), hostname: text.nullable(), port }),
  }),
  instance: z.object({ name: text, short_description: text, description: text, terms: text }),
  followers: z.object({
    instance: z.object({ enabled: z.boolean(), manual_approval: z.boolean() }),
    channels: switched,
  }),
  followings: z.object({ instance: z.object({ auto_follow_back: switched }) }),
});

/** The configuration as the double uses it. */
export type Settings = z.infer<typeof schema>;

/** An error that says with the key what a value must be: `database.port: expected number, received string`. */
export class WrongValue extends Error {}

/** The settings of a configuration. Throws WrongValue, with the first wrong key. */
export function settingsOf(values: Values): Settings {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new WrongValue(`${issue?.path.join(".") ?? "?"}: ${issue?.message ?? "wrong value"}`);
}

/** `database.name`, or `peertube` and the suffix. */
export function databaseName({ database }: Settings): string {
  return database.name || `peertube${database.suffix}`;
}

/** Scheme, host and, unless it is the scheme's own, port of the public address. */
export function publicAddress({ webserver }: Settings): { host: string; url: string } {
  const standard = webserver.port === (webserver.https ? 443 : 80);
  const host = standard ? webserver.hostname : `${webserver.hostname}:${webserver.port}`;
  return { host, url: `${webserver.https ? "https" : "http"}://${host}` };
}

/** The folders of `storage`, absolute; relative ones start at the application's folder. */
export function storageFolders({ storage }: Settings, root: string): Record<string, string> {
  return Object.fromEntries(Object.entries(storage).map(([name, path]) => [name, resolve(root, path)]));
}

/** Sections that the administrator's page can change; `GET` and `PUT /api/v1/config/custom` hold them all. */
const editable = [
  "instance",
  "theme",
  "services",
  "client",
  "signup",
  "admin",
  "contact_form",
  "user",
  "video_channels",
  "transcoding",
  "live",
  "video_studio",
  "video_transcription",
  "video_file",
  "import",
  "export",
  "trending",
  "auto_blacklist",
  "followers",
  "followings",
  "broadcast_message",
  "search",
  "storyboards",
  "defaults",
];

/** The editable part of a configuration, its keys as paths. */
export function editablePaths(defaults: Values): string[] {
  return editable.flatMap((section) => leaves({ [section]: at(defaults, section) }).map(([path]) => path));
}
