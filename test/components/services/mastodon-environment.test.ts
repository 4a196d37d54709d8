import { describe, expect, test } from "vitest";
import { bootstrapJob } from "../../../components/services/mastodon/bootstrap.ts";
import {
  environmentConfigMap,
  environmentSecret,
  type MastodonSecrets,
} from "../../../components/services/mastodon/environment.ts";
import { migrateAfterJob, migrateBeforeJob } from "../../../components/services/mastodon/jobs.ts";
import { schedulerDeployment, sidekiqDeployment } from "../../../components/services/mastodon/sidekiq.ts";
import type { MastodonSpec } from "../../../components/services/mastodon/spec.ts";
import { streamingDeployment } from "../../../components/services/mastodon/streaming.ts";
import { webDeployment } from "../../../components/services/mastodon/web.ts";
import { upstream } from "../../upstream/lines.ts";
import { mail, outside, pooled, spec } from "./mastodon-spec.ts";

interface Container {
  name: string;
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  envFrom?: object[];
}

const read = new Set(upstream("mastodon-4.6.5.env.txt"));
/** Not in Mastodon's own code, but read all the same. */
const elsewhere: Record<string, string> = {
  SECRET_KEY_BASE: "Rails reads it itself: railties, Rails::Application#secret_key_base",
  PGSSLROOTCERT: "libpq reads it: https://www.postgresql.org/docs/17/libpq-envars.html",
};

function containers(of: MastodonSpec): Container[] {
  return [
    webDeployment(of),
    streamingDeployment(of),
    sidekiqDeployment(of),
    schedulerDeployment(of),
    migrateBeforeJob(of),
    migrateAfterJob(of),
    bootstrapJob(of),
  ].flatMap((object) => JSON.parse(JSON.stringify(object.spec)).template.spec.containers as Container[]);
}

const variants: [string, MastodonSpec][] = [
  ["everything inside", spec],
  ["everything outside", outside],
  ["a pooler, on several nodes", pooled],
  ["TLS from the start and the bucket in the host name", tls()],
  ["handles below the bare domain", { ...spec, handleDomain: "bron.test" }],
];

function tls(): MastodonSpec {
  return {
    ...outside,
    mail: { ...mail, encryption: "tls", user: undefined },
    media: { ...outside.media, addressing: "host" } as MastodonSpec["media"],
  };
}

describe.each(variants)("with %s", (_, of) => {
  test("every variable is one that Mastodon reads", () => {
    const names = [
      ...Object.keys(environmentConfigMap(of).data),
      ...containers(of).flatMap(({ env = [] }) => env.map(({ name }) => name)),
    ];
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !read.has(name) && elsewhere[name] === undefined)).toEqual([]);
  });

  test("secrets are references, and nothing in the ConfigMap looks like one", () => {
    const secret = /PASSWORD|_PASS$|SECRET|_KEY$|_SALT$|AWS_ACCESS/;
    const secrets = containers(of).flatMap(({ env = [] }) => env.filter(({ name }) => secret.test(name)));
    expect(secrets.length).toBeGreaterThan(5);
    for (const { name, value, valueFrom } of secrets) {
      expect(value).toBeUndefined();
      expect(valueFrom?.secretKeyRef).toEqual({ name: "mastodon-env", key: name });
    }
    expect(Object.keys(environmentConfigMap(of).data).filter((name) => secret.test(name))).toEqual([]);
  });
});

describe("the environment", () => {
  const data = (changed: Partial<MastodonSpec>) => environmentConfigMap({ ...spec, ...changed }).data;

  test("has the public host alone, or the bare domain with the public host beside it", () => {
    expect(data({})).toMatchObject({ LOCAL_DOMAIN: "social.bron.test" });
    expect(data({})).not.toHaveProperty("WEB_DOMAIN");
    expect(data({ handleDomain: "bron.test" })).toMatchObject({
      LOCAL_DOMAIN: "bron.test",
      WEB_DOMAIN: "social.bron.test",
    });
  });

  test("asks nobody for updates, speaks French, and keeps what people do out of the logs", () => {
    expect(data({})).toMatchObject({
      UPDATE_CHECK_URL: "",
      DEFAULT_LOCALE: "fr",
      RAILS_LOG_LEVEL: "warn",
      LOG_LEVEL: "warn",
    });
  });

  test("lets a passed-through variable win", () => {
    expect(data({ settings: { DEFAULT_LOCALE: "de", MAX_TOOT_CHARS: "1000" } })).toMatchObject({
      DEFAULT_LOCALE: "de",
      MAX_TOOT_CHARS: "1000",
    });
  });

  test("neither closes what the commune publishes nor carries what Mastodon removed", () => {
    for (const name of [
      "LIMITED_FEDERATION_MODE",
      "DISALLOW_UNAUTHENTICATED_API_ACCESS",
      "OTP_SECRET",
      "REDIS_NAMESPACE",
    ]) {
      expect(environmentConfigMap(outside).data).not.toHaveProperty(name);
      expect(containers(outside).flatMap(({ env = [] }) => env.map((each) => each.name))).not.toContain(name);
    }
  });

  test("allows private addresses only where peers are declared to be", () => {
    expect(data({})).not.toHaveProperty("ALLOWED_PRIVATE_ADDRESSES");
    expect(environmentConfigMap(outside).data.ALLOWED_PRIVATE_ADDRESSES).toBe("10.20.0.0/16,10.30.0.0/16");
  });

  test("names the bucket in the path by leaving out a switch whose name says the opposite", () => {
    expect(environmentConfigMap(outside).data).toMatchObject({
      S3_ENABLED: "true",
      S3_ENDPOINT: "https://s3.bron.test:3900",
      S3_HOSTNAME: "s3.bron.test:3900",
      S3_ALIAS_HOST: "media.bron.test",
      S3_KEY_PREFIX: "mastodon",
      S3_PERMISSION: "",
    });
    expect(environmentConfigMap(outside).data).not.toHaveProperty("S3_OVERRIDE_PATH_STYLE");
    expect(environmentConfigMap(tls()).data.S3_OVERRIDE_PATH_STYLE).toBe("true");
  });

  test("encrypts mail as declared, logs in only where there is an account, and sends nothing without a relay", () => {
    expect(environmentConfigMap(outside).data).toMatchObject({
      SMTP_SERVER: "smtp.bron.test",
      SMTP_ENABLE_STARTTLS: "always",
      SMTP_AUTH_METHOD: "plain",
      SMTP_LOGIN: "nuage",
    });
    expect(environmentConfigMap(tls()).data).toMatchObject({ SMTP_TLS: "true", SMTP_AUTH_METHOD: "none" });
    expect(data({ mail: { ...mail, encryption: "none" } }).SMTP_ENABLE_STARTTLS).toBe("never");
    expect(data({})).toMatchObject({ SMTP_DELIVERY_METHOD: "test" });
    expect(data({})).not.toHaveProperty("SMTP_SERVER");
  });

  test("comes back from the provider to the address that Mastodon listens at", () => {
    expect(environmentConfigMap(outside).data).toMatchObject({
      OIDC_ENABLED: "true",
      OIDC_ISSUER: "https://connexion.bron.test/realms/agents",
      OIDC_REDIRECT_URI: "https://social.bron.test/auth/auth/openid_connect/callback",
    });
  });
});

describe("the secrets", () => {
  const secretsOf = (name: string, of: MastodonSpec) =>
    containers(of)
      .find((container) => container.name === name)
      ?.env?.flatMap((variable) => (variable.valueFrom ? [variable.name] : []));

  test("are all referred to, and no other", () => {
    const values: MastodonSecrets = {
      SECRET_KEY_BASE: "1",
      ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "2",
      ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "3",
      ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "4",
      VAPID_PRIVATE_KEY: "5",
      VAPID_PUBLIC_KEY: "6",
      DB_PASS: "7",
      REDIS_PASSWORD: "8",
      SMTP_PASSWORD: "9",
      AWS_ACCESS_KEY_ID: "10",
      AWS_SECRET_ACCESS_KEY: "11",
      OIDC_CLIENT_SECRET: "12",
    };
    const held = Object.keys(environmentSecret(outside, values).stringData).sort();
    const ofRails = ["puma", "sidekiq", "scheduler"];
    expect([...new Set(ofRails.flatMap((name) => secretsOf(name, outside) ?? []))].sort()).toEqual(held);
    for (const name of ofRails)
      expect(secretsOf(name, spec)?.sort()).toEqual(held.filter((each) => !/SMTP|AWS|OIDC/.test(each)));
  });

  test("of servers outside are had by the processes that reach these", () => {
    const having = (secret: string) =>
      ["puma", "sidekiq", "scheduler", "streaming"].filter((name) =>
        secretsOf(name, outside)?.includes(secret),
      );
    expect(having("SMTP_PASSWORD")).toEqual(["sidekiq"]);
    expect(having("OIDC_CLIENT_SECRET")).toEqual(["puma"]);
    expect(having("AWS_SECRET_ACCESS_KEY")).toEqual(["puma", "sidekiq", "scheduler"]);
  });

  test("of Rails are no business of the streaming server's", () => {
    expect(secretsOf("streaming", outside)).toEqual(["DB_PASS", "REDIS_PASSWORD"]);
  });
});

describe("with a pooler", () => {
  const names = ["DB_HOST", "DB_PORT", "DB_SSLMODE", "PREPARED_STATEMENTS", "PGSSLROOTCERT"];
  const told = (of: MastodonSpec) =>
    Object.fromEntries(
      containers(of).map(({ name, env = [] }) => [
        name,
        // The last of a name counts.
        Object.fromEntries(
          env.filter((each) => names.includes(each.name)).map((each) => [each.name, each.value]),
        ),
      ]),
    );

  test("processes that serve go through it, without prepared statements, and Jobs to the server itself", () => {
    const through = {
      ...{ DB_HOST: "mastodon-pooler", DB_PORT: "6432", DB_SSLMODE: "disable" },
      ...{ PREPARED_STATEMENTS: "false", PGSSLROOTCERT: "" },
    };
    const { puma, streaming, sidekiq, scheduler, ...others } = told(pooled);
    expect([puma, streaming, sidekiq, scheduler]).toEqual([through, through, through, through]);
    expect(others).toEqual({ nginx: {}, "migrate-before": {}, "migrate-after": {}, bootstrap: {} });
    expect(environmentConfigMap(pooled).data).toMatchObject({
      DB_HOST: "postgresql.bron.test",
      DB_PORT: "5432",
    });
  });

  test("no Job runs again for it, and without it nothing differs", () => {
    const name = (of: MastodonSpec) => migrateBeforeJob(of).metadata.name;
    expect(name(pooled)).toBe(name(outside));
    expect(told(outside).puma).toEqual({});
  });
});

test("the clock and the workers tell what waits on several nodes, at their own address; on one nothing does", () => {
  const telling = (of: MastodonSpec) =>
    containers(of).flatMap(({ name, env = [] }) =>
      env.some((each) => each.name === "MASTODON_PROMETHEUS_EXPORTER_ENABLED" && each.value === "true")
        ? [name]
        : [],
    );
  expect(telling(pooled)).toEqual(["sidekiq", "scheduler"]);
  expect(telling(outside)).toEqual([]);
  const host = containers(pooled)
    .find(({ name }) => name === "scheduler")
    ?.env?.find(({ name }) => name === "MASTODON_PROMETHEUS_EXPORTER_HOST");
  expect(host?.valueFrom).toEqual({ fieldRef: { fieldPath: "status.podIP" } });
});

test("Node's database client is told to encrypt in its own words", () => {
  const mode = (sslMode: "require" | "verify-full" | "disable") =>
    JSON.parse(
      JSON.stringify(streamingDeployment({ ...spec, database: { ...spec.database, sslMode } })),
    ).spec.template.spec.containers[0].env.find(({ name }: { name: string }) => name === "DB_SSLMODE").value;
  expect([mode("disable"), mode("require"), mode("verify-full")]).toEqual([
    "disable",
    "no-verify",
    "verify-full",
  ]);
});

test("every process that opens a database outside knows the site's authority; inside, those that meet peers do", () => {
  const told = (of: MastodonSpec) =>
    containers({ ...of, peers: { ...of.peers, authority: "-----BEGIN" } }).flatMap(({ name, env = [] }) =>
      env.some((variable) => variable.name === "SSL_CERT_FILE") ? [name] : [],
    );
  expect(told(spec)).toEqual(["puma", "sidekiq", "scheduler"]);
  expect(told(outside)).toEqual([
    ...["puma", "streaming", "sidekiq", "scheduler"],
    ...["migrate-before", "migrate-after", "bootstrap"],
  ]);
  for (const make of [streamingDeployment, migrateBeforeJob]) {
    const { volumes, containers: made } = JSON.parse(
      JSON.stringify(make({ ...outside, peers: { ...outside.peers, authority: "x" } }).spec),
    ).template.spec as { volumes: { name: string }[]; containers: { volumeMounts: { name: string }[] }[] };
    expect(volumes.map(({ name }) => name)).toContain("authority");
    expect(made[0]?.volumeMounts.map(({ name }) => name)).toContain("authority");
  }
});
