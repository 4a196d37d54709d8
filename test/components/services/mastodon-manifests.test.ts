import { describe, expect, test } from "vitest";
import { labelText } from "../../../components/foundation/seed/derive.ts";
import {
  bootstrapConfigMap,
  bootstrapJob,
  declaredSettings,
  ownerSecret,
} from "../../../components/services/mastodon/bootstrap.ts";
import { mastodonDatabaseClient } from "../../../components/services/mastodon/database.ts";
import { mastodonHolders } from "../../../components/services/mastodon/holders.ts";
import { migrateAfterJob, migrateBeforeJob } from "../../../components/services/mastodon/jobs.ts";
import { mastodonNetworkPolicies } from "../../../components/services/mastodon/network-policies.ts";
import { reconcilerLabel } from "../../../components/services/mastodon/secrets.ts";
import { proxyConfigMap } from "../../../components/services/mastodon/sidecar-proxy.ts";
import { schedulerDeployment, sidekiqDeployment } from "../../../components/services/mastodon/sidekiq.ts";
import { mastodonSize } from "../../../components/services/mastodon/sizing.ts";
import type { MastodonSpec } from "../../../components/services/mastodon/spec.ts";
import { streamingDeployment } from "../../../components/services/mastodon/streaming.ts";
import { webDeployment } from "../../../components/services/mastodon/web.ts";
import { outsideOf } from "./facts.ts";
import { bucket, outside, pooled, spec } from "./mastodon-spec.ts";

/** A container, as far as the tests look into it. */
interface PlainContainer {
  args: string[];
  env: { name: string; value?: string }[];
  volumeMounts: { mountPath: string; readOnly?: boolean }[];
  terminationMessagePolicy?: string;
  lifecycle: { preStop: { exec: { command: string[] } } };
  readinessProbe: { httpGet: object };
  startupProbe: { httpGet?: object; exec: { command: string[] } };
}

/** A Deployment or a Job, likewise. */
interface PlainObject {
  spec: {
    replicas: number;
    backoffLimit: number;
    strategy: { type: string; rollingUpdate: object };
    template: {
      metadata: { annotations: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        containers: [PlainContainer, ...PlainContainer[]];
        volumes: object[];
        affinity?: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: object[] } };
      };
    };
  };
}

/** Returns a value as an API server would read it. */
function json(value: unknown): PlainObject {
  return JSON.parse(JSON.stringify(value));
}

/** The queues that a Deployment's workers listen to, once per replica. */
function listened(deployment: unknown): string[] {
  const { replicas, template } = json(deployment).spec;
  const args: string[] = template.spec.containers[0].args;
  const names = args.flatMap((arg, index) => (args[index - 1] === "-q" ? [arg.replace(/,.*/, "")] : []));
  return Array.from({ length: replicas }, () => names).flat();
}

describe("the queues", () => {
  test.each([1, 50, 100, 500, 1000, 5000, 5001, 20_000, 500_000])(
    "of a server of %i users all have a worker, and scheduler exactly one, on one node and on several",
    (users) => {
      for (const availability of ["single", "node-loss"] as const) {
        const sized = { ...outside, availability, size: mastodonSize(users, { availability }) };
        const all = [sidekiqDeployment(sized), schedulerDeployment(sized)].flatMap(listened);
        expect([...new Set(all)].sort()).toEqual([
          ...["default", "fasp", "ingress", "mailers", "pull", "push", "scheduler"],
        ]);
        expect(all.filter((queue) => queue === "scheduler")).toHaveLength(1);
      }
    },
  );

  test("are never worked by old code and new code at once, and jobs that run have time to end", () => {
    for (const deployment of [sidekiqDeployment(spec), schedulerDeployment(spec)]) {
      const { strategy, template } = json(deployment).spec;
      expect(strategy).toEqual({ type: "Recreate" });
      expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(25);
      expect(template.spec.containers[0].startupProbe.exec.command).toContain(
        "/opt/mastodon/tmp/sidekiq_process_has_started_and_will_begin_processing_jobs",
      );
    }
  });

  test("have as many database connections as threads", () => {
    for (const deployment of [sidekiqDeployment(spec), schedulerDeployment(spec)]) {
      const [{ args, env }] = json(deployment).spec.template.spec.containers;
      const pool = env.find(({ name }) => name === "DB_POOL")?.value;
      expect(args[args.indexOf("-c") + 1]).toBe(pool);
    }
  });
});

describe("the web pods", () => {
  const { strategy, template } = json(webDeployment(spec)).spec;
  const [puma, nginx] = template.spec.containers as [PlainContainer, PlainContainer];

  test("are replaced without a moment in which none serves", () => {
    expect(strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const [pumaWaits, nginxWaits] = [puma, nginx].map(({ lifecycle }) =>
      Number(lifecycle.preStop.exec.command[1]),
    );
    expect(pumaWaits).toBeGreaterThan(nginxWaits ?? 0);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan((pumaWaits ?? 0) + 25);
  });

  test("are ready when the whole way to Rails answers", () => {
    expect(nginx.readinessProbe.httpGet).toMatchObject({ path: "/health", port: "http" });
    expect(puma.startupProbe.httpGet).toEqual({ path: "/health", port: 8080 });
  });

  test("write nowhere but in Rails' tmp, in /tmp and among media", () => {
    const paths = ({ volumeMounts }: PlainContainer) =>
      volumeMounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);
    expect(paths(puma)).toEqual(["/opt/mastodon/tmp", "/tmp", "/opt/mastodon/public/system"]);
    expect(paths(nginx)).toEqual(["/tmp"]);
  });

  test("keep the entry point of the image, which passes signals on", () => {
    for (const object of [
      webDeployment(spec),
      sidekiqDeployment(spec),
      schedulerDeployment(spec),
      bootstrapJob(spec),
    ]) {
      expect(json(object).spec.template.spec.containers[0]).not.toHaveProperty("command");
    }
  });

  test("start again when a variable or a line of nginx changes, and not when only a Job's settings do", () => {
    const marks = (changed: Partial<MastodonSpec>) =>
      JSON.stringify(json(webDeployment({ ...spec, ...changed })).spec.template.metadata.annotations);
    expect(marks({ settings: { MAX_TOOT_CHARS: "1000" } })).not.toBe(marks({}));
    expect(marks({ media: bucket })).not.toBe(marks({}));
    expect(marks({ secretLabels: ["mastodon/secret-key-base/v2"] })).not.toBe(marks({}));
    expect(marks({ registrations: "open", publicFeeds: false, mediaRetentionDays: 30 })).toBe(marks({}));
  });
});

describe("media", () => {
  const mounting = [webDeployment, sidekiqDeployment, schedulerDeployment];

  test("on a volume are mounted by all that write or delete them, on one node", () => {
    expect(mastodonHolders(spec).volumes.map(({ name }) => name)).toEqual(["mastodon-media"]);
    for (const make of mounting) {
      const { volumes, affinity } = json(make(spec)).spec.template.spec;
      expect(volumes).toContainEqual({
        name: "media",
        persistentVolumeClaim: { claimName: "mastodon-media" },
      });
      expect(affinity?.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]).toEqual({
        labelSelector: {
          matchLabels: {
            "app.kubernetes.io/component": "web",
            "app.kubernetes.io/instance": "bron-mastodon",
          },
        },
        topologyKey: "kubernetes.io/hostname",
      });
    }
    expect(proxyConfigMap(spec).data["nginx.conf"]).toContain("location ^~ /system/");
  });

  test("in a bucket need no volume, and the pods may run anywhere", () => {
    expect(mastodonHolders(outside).volumes).toEqual([]);
    for (const make of mounting) {
      const pod = json(make(outside)).spec.template.spec;
      expect(pod).not.toHaveProperty("affinity");
      expect(JSON.stringify(pod)).not.toContain("public/system");
    }
    expect(proxyConfigMap(outside).data["nginx.conf"]).not.toContain("/system/");
  });
});

describe("the front", () => {
  const text = proxyConfigMap(spec).data["nginx.conf"] ?? "";
  const location = (start: string) => text.slice(text.indexOf(start)).split("\n    }")[0] ?? "";

  test("leaves a line to the streaming server open for an hour", () => {
    expect(location("location ^~ /api/v1/streaming")).toMatch(/Upgrade \$http_upgrade/);
    expect(location("location ^~ /api/v1/streaming")).toMatch(/proxy_read_timeout 3600s/);
    expect(location("location ^~ /api/v1/streaming")).toContain("http://mastodon-streaming:4000;");
  });

  test("takes what Mastodon takes, and says each header once", () => {
    expect(location("location / {")).toContain("client_max_body_size 99m;");
    expect(location("location / {")).toContain("proxy_hide_header Strict-Transport-Security;");
  });

  test("never serves what people uploaded as a page", () => {
    expect(location("location ^~ /system/")).toMatch(/Content-Security-Policy "default-src 'none'.*sandbox"/);
    expect(location("location ^~ /system/")).toContain('X-Content-Type-Options "nosniff"');
  });

  test("may be listed by search engines", () => {
    expect(text).not.toContain("X-Robots-Tag");
  });
});

describe("the Jobs", () => {
  const run = (job: unknown) => json(job).spec.template.spec.containers[0];
  const variable = (job: unknown, name: string) => run(job).env.find((each) => each.name === name)?.value;

  test("migrate in two phases", () => {
    expect(run(migrateBeforeJob(spec)).args[2]).toMatch(/exec bundle exec rails db:prepare$/);
    expect(variable(migrateBeforeJob(spec), "SKIP_POST_DEPLOYMENT_MIGRATIONS")).toBe("true");
    expect(run(migrateAfterJob(spec)).args[2]).toMatch(/exec bundle exec rails db:migrate$/);
    expect(variable(migrateAfterJob(spec), "SKIP_POST_DEPLOYMENT_MIGRATIONS")).toBeUndefined();
  });

  test("of migration are new for another version or another database, and for nothing else", () => {
    for (const make of [migrateBeforeJob, migrateAfterJob]) {
      const name = (changed: Partial<MastodonSpec>) => make({ ...spec, ...changed }).metadata.name;
      expect(name({})).toMatch(/^mastodon-migrate-(before|after)-[0-9a-f]{8}$/);
      expect(name({ version: "4.5.9" })).not.toBe(name({}));
      expect(name({ database: { ...spec.database, host: "elsewhere" } })).not.toBe(name({}));
      const { size, media, mail, identity, peers } = { ...outside, size: mastodonSize(20_000) };
      expect(name({ size, media, mail, identity, peers })).toBe(name({}));
      expect(name({ settings: { X: "1" }, secretLabels: ["v2"], registrations: "open" })).toBe(name({}));
    }
  });

  test("of settings is new when they change", () => {
    const name = (changed: Partial<MastodonSpec>) => bootstrapJob({ ...spec, ...changed }).metadata.name;
    expect(name({ registrations: "open" })).not.toBe(name({}));
    expect(name({ owner: { name: "mairie", email: "x@bron.test" } })).not.toBe(name({}));
    expect(name({ size: mastodonSize(20_000), settings: { X: "1" } })).toBe(name({}));
  });

  test("of settings has the accounts of associations, and is new when they change", () => {
    const account = {
      service: "mastodon",
      tenant: "chorale",
      user: "chorale",
      name: "Chorale",
      contact: "a@b.test",
    };
    const associations = [{ ...account, isOpen: true }];
    expect(JSON.stringify(bootstrapConfigMap({ ...spec, associations }))).toContain(
      '\\"user\\": \\"chorale\\"',
    );
    const name = (changed: Partial<MastodonSpec>) => bootstrapJob({ ...spec, ...changed }).metadata.name;
    expect(name({ associations })).not.toBe(name({}));
    expect(name({ associations: [{ ...account, isOpen: false }] })).not.toBe(name({ associations }));
  });

  test("of settings is new when the token that it writes is another", () => {
    const { annotations } = json(bootstrapJob(spec)).spec.template.metadata;
    expect(annotations["commune.cloud/reads"]?.split(",")).toContain(labelText(reconcilerLabel));
  });

  test("say what to do when they fail, and leave the end of their log where the engine finds it", () => {
    const job = migrateBeforeJob(spec);
    const advice = job.metadata.annotations?.["commune.cloud/when-it-fails"];
    expect(advice).toContain("the version of before goes on serving");
    expect(advice).toContain(`kubectl -n bron-mastodon logs job/${job.metadata.name}`);
    expect(advice).toMatch(/Fix it, then: npx pulumi up -s bron$/);
    expect(run(job).terminationMessagePolicy).toBe("FallbackToLogsOnError");
    expect(json(job).spec.backoffLimit).toBe(1);
  });

  test("give the owner's password as a file that only the bootstrap Job sees", () => {
    expect(ownerSecret(spec, { password: "s3cret", token: "t0ken" }).stringData).toEqual({
      "owner-password": "s3cret",
      "federation-token": "t0ken",
    });
    expect(JSON.stringify(bootstrapConfigMap(spec))).not.toContain("s3cret");
    const mounts = (object: unknown) =>
      JSON.stringify(json(object)).includes('"secretName":"mastodon-bootstrap"');
    expect(mounts(bootstrapJob(spec))).toBe(true);
    expect(
      [migrateBeforeJob, migrateAfterJob, webDeployment, sidekiqDeployment, streamingDeployment].some(
        (make) => mounts(make(spec)),
      ),
    ).toBe(false);
  });
});

test("the declaration decides Mastodon's settings", () => {
  expect(declaredSettings(spec)).toMatchObject({
    site_title: "Bron",
    registrations_mode: "none",
    media_cache_retention_period: 14,
    local_live_feed_access: "public",
    local_topic_feed_access: "public",
    landing_page: "local_feed",
  });
  expect(declaredSettings({ ...spec, registrations: "approval", publicFeeds: false })).toMatchObject({
    registrations_mode: "approved",
    local_live_feed_access: "authenticated",
    landing_page: "about",
  });
});

describe("the network policies", () => {
  const names = (of: MastodonSpec) =>
    mastodonNetworkPolicies(of, outsideOf(of)).map(({ metadata }) => metadata.name);

  test("are nginx to the streaming server, and the Internet for who needs it", () => {
    expect(names(spec)).toEqual([
      "mastodon-web-to-mastodon-streaming",
      "mastodon-streaming-from-mastodon-web",
      "mastodon-to-peers",
    ]);
  });

  test("lead from what serves through the pooler to the database, where there is one", () => {
    expect(names(pooled).slice(2, 4)).toEqual([
      "mastodon-to-mastodon-pooler",
      "mastodon-pooler-from-mastodon",
    ]);
    const text = JSON.stringify(mastodonNetworkPolicies(pooled, outsideOf(pooled)).slice(2, 4));
    expect(text).toContain('["web","streaming","sidekiq","scheduler"]');
    const reaching = mastodonDatabaseClient(pooled).workloads.map(({ component }) => component);
    expect(reaching).toContain("pooler");
    expect(reaching).toContain("job");
    expect(mastodonDatabaseClient(outside).workloads.map(({ component }) => component)).not.toContain(
      "pooler",
    );
  });

  test("lead to store, relay and provider only where they are declared, and on their ports", () => {
    expect(names(outside).slice(3)).toEqual([
      "mastodon-to-media",
      "mastodon-sidekiq-to-mail",
      "mastodon-web-to-identity",
    ]);
    const ports = [
      ...JSON.stringify(mastodonNetworkPolicies(outside, outsideOf(outside)).slice(3)).matchAll(
        /"port":(\d+)/g,
      ),
    ].map(([, port]) => Number(port));
    expect(ports).toEqual([3900, 587, 443]);
  });
});
