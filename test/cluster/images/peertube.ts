import { frontConfig, frontService } from "./front.ts";
import type { Laboratory } from "./laboratory.ts";
import type { Trust } from "./mastodon.ts";
import { claim, configMap, pod } from "./pods.ts";

/** One PeerTube of the laboratory: its public host, and the database that has its name. */
export interface Instance {
  name: string;
  host: string;
}

/** Settings in which starts of a server differ. */
export interface Start {
  version: string;
  /** Refuses private addresses, where all peers of the laboratory are. */
  strict?: boolean;
  env?: Record<string, string>;
}

const dataFolders = [
  "tmp",
  "tmp_persistent",
  "bin",
  "avatars",
  "web_videos",
  "streaming_playlists",
  "original_video_files",
  "redundancy",
  "logs",
  "previews",
  "thumbnails",
  "storyboards",
  "torrents",
  "captions",
  "cache",
  "plugins",
  "well_known",
  "uploads",
  "client_overrides",
];

const settings = (strict: boolean) =>
  JSON.stringify({
    federation: { prevent_ssrf: strict },
    storage: Object.fromEntries(dataFolders.map((name) => [name, `/data/${name}/`])),
    transcoding: { resolutions: { "480p": true, "720p": true } },
  });

const frontend = frontConfig(`    location / {
      proxy_pass http://127.0.0.1:9000;
      proxy_set_header Host $host;
    }`);

/** The environment of an instance. Its secrets are of no value: the laboratory lives for minutes. */
function environmentOf({ name, host }: Instance): Record<string, string> {
  return {
    PEERTUBE_WEBSERVER_HOSTNAME: host,
    PEERTUBE_SECRET: `secret-of-${name}`,
    PEERTUBE_DB_HOSTNAME: "database",
    PEERTUBE_DB_NAME: name,
    PEERTUBE_DB_USERNAME: "town",
    PEERTUBE_DB_PASSWORD: "of-the-town",
    PEERTUBE_REDIS_HOSTNAME: "cache",
    PEERTUBE_REDIS_AUTH: "of-the-cache",
    PEERTUBE_ADMIN_EMAIL: `root@${host}`,
    PT_INITIAL_ROOT_PASSWORD: `root-of-${name}`,
    NODE_EXTRA_CA_CERTS: "/etc/trust/tls.crt",
  };
}

/** Puts trust, configuration, volumes and the hosts' addresses in place, and makes a database for each instance. */
export async function openHosts(
  lab: Laboratory,
  trust: Trust,
  instances: Instance[],
): Promise<Record<string, string>> {
  await lab.apply(
    configMap("trust", { "tls.crt": trust.certificate, "tls.key": trust.key }),
    configMap("front-peertube", { "nginx.conf": frontend }),
    configMap("settings", { "strict.yaml": settings(true), "open.yaml": settings(false) }),
    ...instances.flatMap(({ name }) => [claim(`data-${name}`), frontService(name)]),
  );
  const addresses: Record<string, string> = {};
  for (const { name, host } of instances) {
    await lab.exec("database", "main", ["createdb", "-U", "town", name]);
    addresses[host] = await lab.kubectl("get", "service", `web-${name}`, "-o", "jsonpath={.spec.clusterIP}");
  }
  return addresses;
}

function serverContainer(lab: Laboratory, instance: Instance, { version, strict = false, env }: Start) {
  const file = strict ? "strict.yaml" : "open.yaml";
  return {
    name: "server",
    image: lab.image(`chocobozzz/peertube:v${version}`),
    env: { ...environmentOf(instance), ...env },
    mounts: ["data:/data", "changes:/config", `settings:/config/production.yaml:${file}`, "trust:/etc/trust"],
  };
}

/** A server behind nginx with TLS, in one pod with a volume that stays. */
export function server(lab: Laboratory, instance: Instance, addresses: Record<string, string>, start: Start) {
  const made = pod({
    name: `web-${instance.name}`,
    uid: 999,
    scratch: ["changes"],
    claims: { data: `data-${instance.name}` },
    configs: { trust: "trust", front: "front-peertube", settings: "settings" },
    containers: [
      serverContainer(lab, instance, start),
      {
        name: "front",
        image: lab.image("nginx-unprivileged"),
        mounts: ["trust:/etc/trust", "front:/etc/nginx/nginx.conf:nginx.conf"],
        ready: ["curl", "-fsS", "http://127.0.0.1:9000/api/v1/ping"],
      },
    ],
  });
  const hostAliases = Object.entries(addresses).map(([host, ip]) => ({ ip, hostnames: [host] }));
  return { ...made, spec: { ...made.spec, hostAliases } };
}

/** A server alone, that is expected to end, on a volume of its own. */
export function lone(lab: Laboratory, name: string, instance: Instance, start: Start) {
  return pod({
    name,
    uid: 999,
    scratch: ["changes", "data"],
    configs: { trust: "trust", settings: "settings" },
    containers: [serverContainer(lab, instance, start)],
  });
}

/** Status and body of a request to an instance's public address, asked from its own pod. */
export async function ask(lab: Laboratory, instance: Instance, path: string, ...curl: string[]) {
  const url = `https://${instance.host}${path}`;
  const args = ["--cacert", "/etc/trust/tls.crt", "-D", "-", ...curl, url];
  const output = await lab.curl(`web-${instance.name}`, "front", ...args);
  const end = output.indexOf("\r\n\r\n");
  const headers = end < 0 ? output : output.slice(0, end);
  return { status: Number(headers.split(" ")[1]), headers, body: end < 0 ? "" : output.slice(end).trim() };
}

/** The header with a token of root. */
export async function signIn(lab: Laboratory, instance: Instance): Promise<string[]> {
  const client = JSON.parse((await ask(lab, instance, "/api/v1/oauth-clients/local")).body);
  const form = { ...client, grant_type: "password", username: "root", password: `root-of-${instance.name}` };
  const { body } = await ask(
    lab,
    instance,
    "/api/v1/users/token",
    "-d",
    new URLSearchParams(form).toString(),
  );
  return ["-H", `Authorization: Bearer ${JSON.parse(body).access_token}`];
}

/** Uploads some bytes as a public video, and gives its uuid. */
export async function upload(lab: Laboratory, instance: Instance, token: string[], name: string) {
  const fields = ["-F", "channelId=1", "-F", `name=${name}`, "-F", "privacy=1"];
  const file = ["-F", "videofile=@/etc/nginx/nginx.conf;filename=a.mp4;type=video/mp4"];
  const { body } = await ask(lab, instance, "/api/v1/videos/upload", ...token, ...fields, ...file);
  return JSON.parse(body).video.uuid as string;
}

/** The names of the videos that an instance lists to anybody, newest first. */
export async function names(lab: Laboratory, instance: Instance): Promise<string[]> {
  const { data } = JSON.parse((await ask(lab, instance, "/api/v1/videos")).body);
  return data.map((video: { name: string }) => video.name);
}

/** The states of the follows of an instance, or of those that follow it. */
export async function states(lab: Laboratory, instance: Instance, side: "following" | "followers") {
  const { data } = JSON.parse((await ask(lab, instance, `/api/v1/server/${side}`)).body);
  return data.map(({ state }: { state: string }) => state) as string[];
}
