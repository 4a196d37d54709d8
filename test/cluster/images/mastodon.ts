import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { reconcilerScopes } from "../../../components/services/mastodon/bootstrap.ts";
import { newVapidKeys } from "../../doubles/mastodon/vapid.ts";
import { frontConfig, frontService } from "./front.ts";
import type { Laboratory } from "./laboratory.ts";
import { claim, configMap, pod, service } from "./pods.ts";

/** One Mastodon of the laboratory: its domain, its database and its share of the Redis. */
export interface Instance {
  name: string;
  host: string;
  redis: number;
}

/** Certificate and key that both servers of the laboratory show, and that they trust. */
export interface Trust {
  certificate: string;
  key: string;
}

const home = "/opt/mastodon";
const authorities = "/etc/trust/tls.crt";
const writable = [`cache:${home}/tmp`, `media:${home}/public/system`];

/** One certificate for these hosts that is its own authority. */
export async function makeTrust(hosts: string[]): Promise<Trust> {
  const folder = await mkdtemp(join(tmpdir(), "mastodon-trust-"));
  const [key, certificate] = [join(folder, "tls.key"), join(folder, "tls.crt")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const about = ["-days", "2", "-subj", "/CN=laboratory", "-addext", `subjectAltName=${names}`];
  await execa("openssl", [...make, "-keyout", key, "-out", certificate, ...about]);
  const trust = { key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8") };
  await rm(folder, { recursive: true });
  return trust;
}

const vapid = newVapidKeys();

/** The environment of an instance. The keys are of no value: the laboratory lives for minutes. */
export function environmentOf({ name, host, redis }: Instance): Record<string, string> {
  return {
    LOCAL_DOMAIN: host,
    SECRET_KEY_BASE: `base-of-${name}`,
    ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: `deterministic-of-${name}`,
    ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: `salt-of-${name}`,
    ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: `primary-of-${name}`,
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
    DB_HOST: "database",
    DB_USER: "town",
    DB_PASS: "of-the-town",
    DB_NAME: name,
    REDIS_HOST: "cache",
    REDIS_PASSWORD: "of-the-cache",
    REDIS_DB: String(redis),
    ALLOWED_PRIVATE_ADDRESSES: "10.0.0.0/8",
    SSL_CERT_FILE: authorities,
    WEB_CONCURRENCY: "0",
  };
}

/** Waits for PostgreSQL and Valkey, both with a password. */
export async function openServices(lab: Laboratory): Promise<void> {
  const postgres = {
    name: "main",
    image: lab.image("library/postgres"),
    env: {
      POSTGRES_USER: "town",
      POSTGRES_PASSWORD: "of-the-town",
      PGDATA: "/var/lib/postgresql/data/pgdata",
    },
    mounts: ["run:/var/run/postgresql", "data:/var/lib/postgresql/data"],
    ready: ["pg_isready", "--host=127.0.0.1"],
  };
  const valkey = {
    name: "main",
    image: lab.image("valkey/valkey"),
    args: ["valkey-server", "--requirepass", "of-the-cache", "--save", ""],
    mounts: ["data:/data"],
    ready: ["sh", "-c", "valkey-cli -a of-the-cache ping 2>/dev/null | grep -q PONG"],
  };
  await lab.apply(
    pod({ name: "database", uid: 999, scratch: ["run", "data"], containers: [postgres] }),
    pod({ name: "cache", uid: 999, scratch: ["data"], containers: [valkey] }),
    service("database", 5432),
    service("cache", 6379),
  );
  await lab.ready("database", "cache");
}

const frontend = frontConfig(`    location / {
      proxy_pass http://127.0.0.1:3000;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-Proto https;
    }`);

/** Puts trust, configuration, volumes and the addresses of the hosts in place. Returns the hosts' addresses. */
export async function openHosts(
  lab: Laboratory,
  trust: Trust,
  instances: Instance[],
): Promise<Record<string, string>> {
  await lab.apply(
    configMap("trust", { "tls.crt": trust.certificate, "tls.key": trust.key }),
    configMap("front", { "nginx.conf": frontend }),
    ...instances.flatMap(({ name }) => [claim(`media-${name}`), frontService(name)]),
  );
  const addresses = instances.map(async ({ name, host }) => {
    const address = await lab.kubectl("get", "service", `web-${name}`, "-o", "jsonpath={.spec.clusterIP}");
    return [host, address] as const;
  });
  return Object.fromEntries(await Promise.all(addresses));
}

/** A pod with the image's commands at hand, in both releases, for an instance. */
export function tools(lab: Laboratory, instance: Instance) {
  const container = (name: string, version: string) => ({
    name,
    image: lab.image(`mastodon/mastodon:v${version}`),
    command: ["sleep", "infinity"],
    env: environmentOf(instance),
    mounts: [...writable, "trust:/etc/trust"],
  });
  return pod({
    name: "tools",
    uid: 991,
    scratch: ["cache", "media"],
    configs: { trust: "trust" },
    containers: [container("new", "4.6.5"), container("old", "4.5.9")],
  });
}

/** Web server behind nginx with TLS, streaming server and workers of an instance, in one pod. */
export function server(
  lab: Laboratory,
  instance: Instance,
  version: string,
  addresses: Record<string, string>,
  sidekiq: string[] = [],
) {
  const image = lab.image(`mastodon/mastodon:v${version}`);
  const env = environmentOf(instance);
  const mounts = [...writable, "trust:/etc/trust"];
  const made = pod({
    name: `web-${instance.name}`,
    uid: 991,
    scratch: ["cache"],
    claims: { media: `media-${instance.name}` },
    configs: { trust: "trust", front: "front" },
    containers: [
      {
        name: "web",
        image,
        args: ["bundle", "exec", "puma", "-C", "config/puma.rb"],
        env,
        mounts,
        ready: ["curl", "-fsS", "http://127.0.0.1:3000/health"],
      },
      {
        name: "sidekiq",
        image,
        args: ["bundle", "exec", "sidekiq", ...sidekiq],
        env,
        mounts,
        ready: ["test", "-f", `${home}/tmp/sidekiq_process_has_started_and_will_begin_processing_jobs`],
      },
      {
        name: "streaming",
        image: lab.image(`mastodon/mastodon-streaming:v${version}`),
        env,
        ready: ["curl", "-fsS", "http://127.0.0.1:4000/api/v1/streaming/health"],
      },
      {
        name: "front",
        image: lab.image("nginx-unprivileged"),
        mounts: ["trust:/etc/trust", "front:/etc/nginx/nginx.conf:nginx.conf"],
      },
    ],
  });
  const hostAliases = Object.entries(addresses).map(([host, ip]) => ({ ip, hostnames: [host] }));
  return { ...made, spec: { ...made.spec, hostAliases } };
}

/** Status, headers and body of a request to an instance's public address, asked from its own pod. */
export async function ask(lab: Laboratory, instance: Instance, path: string, ...curl: string[]) {
  const url = `https://${instance.host}${path}`;
  const args = ["--cacert", authorities, "-D", "-", ...curl, url];
  const output = await lab.curl(`web-${instance.name}`, "web", ...args);
  const end = output.indexOf("\r\n\r\n");
  const headers = output.slice(0, end);
  return { status: Number(headers.split(" ")[1]), headers, body: output.slice(end).trim() };
}

/** Runs a command of the image, of the new release or the old one, with some of the environment changed. */
export function run(
  lab: Laboratory,
  release: "new" | "old",
  command: string,
  changes: Record<string, string> = {},
) {
  const set = Object.entries(changes).map(([name, value]) => `${name}=${value}`);
  return lab.exec("tools", release, ["env", ...set, ...command.split(" ")]);
}

/** `rails runner` of the new release for an instance. */
export function runner(lab: Laboratory, script: string, instance: Instance) {
  const set = Object.entries(environmentOf(instance)).map(([name, value]) => `${name}=${value}`);
  return lab.exec("tools", "new", ["env", ...set, "bin/rails", "runner", script]);
}

/** Returns the answer of an instance's database. */
export async function sql(lab: Laboratory, statement: string, { name }: Instance): Promise<string> {
  const command = ["psql", "-U", "town", "-d", name, "-Atc", statement];
  return (await lab.exec("database", "main", command)).output;
}

/** The columns of posts, which each of the two phases changes. */
export const statusColumns =
  "SELECT column_name FROM information_schema.columns WHERE table_name = 'statuses'";

/** Ruby that makes an owner and a token once, and prints the token. */
export const bootstrap = (name: string) => `
unless Account.find_local('${name}')
  user = User.new(email: '${name}@town.test', password: 'a-long-password', agreement: true, external: true,
                  role_id: UserRole.find_by(name: 'Owner').id, bypass_registration_checks: true)
  user.account = Account.new(username: '${name}')
  user.save!
  user.mark_email_as_confirmed!
  user.approve!
end
Setting.site_title = 'La ville'
app = Doorkeeper::Application.find_or_create_by!(name: 'lab', redirect_uri: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read write follow')
owner = Account.find_local('${name}').user
token = Doorkeeper::AccessToken.find_or_create_by!(application_id: app.id, resource_owner_id: owner.id, scopes: 'read write follow')
puts token.token
`;

/** The token that `links` gives to the owner. */
export const declaredToken = "declared-token-of-the-commune-32-letters";

/** Ruby that gives the owner a token of these scopes and the server a relay, once; prints what it did. */
export const links = (inbox: string) => `
secret, scopes = '${declaredToken}', '${reconcilerScopes}'
user = Account.find_local('mairie').user
app = Doorkeeper::Application.find_by(name: 'commune') ||
      Doorkeeper::Application.create!(name: 'commune', redirect_uri: 'urn:ietf:wg:oauth:2.0:oob', scopes: scopes)
tokens = Doorkeeper::AccessToken.where(application_id: app.id, resource_owner_id: user.id)
kept = tokens.exists?(token: secret, revoked_at: nil, scopes: scopes)
unless kept
  tokens.destroy_all
  Doorkeeper::AccessToken
    .create!(application: app, resource_owner_id: user.id, scopes: scopes, expires_in: nil)
    .update_column(:token, secret)
end
relay = Relay.find_or_create_by!(inbox_url: '${inbox}')
relay.enable! unless relay.accepted? || relay.pending?
Relay.where.not(inbox_url: ['${inbox}']).find_each(&:destroy)
puts "#{kept ? 'kept' : 'made'}, #{relay.state}"
`;
