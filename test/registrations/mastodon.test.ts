import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { Seed } from "../../components/foundation/seed/index.ts";
import { dataHolderOptions } from "../../components/foundation/site/data-holders.ts";
import { ingressPresets } from "../../components/foundation/site/ingress.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { ValkeyCaches } from "../../components/platform/cache/index.ts";
import { ExternalDatabase } from "../../components/platform/database/external.ts";
import { Database } from "../../components/platform/database/index.ts";
import { IngressController } from "../../components/platform/exposure/index.ts";
import { mastodonDatabaseClient } from "../../components/services/mastodon/database.ts";
import { Mastodon } from "../../components/services/mastodon/index.ts";
import type { MastodonPlan } from "../../components/services/mastodon/plan.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { bucket, identity, mail, plan } from "../components/services/mastodon-spec.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const dataHolder = dataHolderOptions({ dataIsDisposable: false });
const given = (name: string) => pulumi.secret(`given ${name}`);
const ingress = new IngressController(siteOf(siteSchema.parse({})).ingress);
const inside = {
  mail: undefined,
  identity: undefined,
  peers: {
    privatePeers: [],
    privateEndpoints: [],
    clusterRanges: [],
    authority: undefined,
    ingress: ingressPresets.traefik.source,
  },
};

/** The component alone, with a seed and a database server. */
function mastodon(changed: Partial<MastodonPlan> = {}, more: object = inside): Promise<Registration[]> {
  return record("bron", () => {
    const seed = new Seed("bron-seed", { commune: "bron", given: undefined, dataHolder }, {});
    const database =
      more === inside
        ? new Database(
            "bron-database",
            {
              commune: "bron",
              server: "database",
              major: "17",
              upgradeFrom: undefined,
              memoryMiB: plan.size.databaseMiB,
              storageGiB: 20,
              storageClass: undefined,
              seed,
              dataHolder,
              isExchanged: false,
              clients: [mastodonDatabaseClient(plan)],
            },
            {},
          )
        : new ExternalDatabase({ host: "postgresql.bron.test", port: 5432, sslMode: "verify-full" }, given);
    const caches = new ValkeyCaches({ seed, dataHolder });
    new Mastodon(
      "bron-mastodon",
      { ...plan, ...changed, ...inside, ...more, seed, database, caches, ingress, dataHolder, given },
      {},
    );
  });
}

function broken(registered: readonly Registration[]): string[] {
  return judgeObjects(rules, kubernetesObjects(registered)).map(sentence);
}

describe("Mastodon alone", () => {
  let registered: Registration[];
  beforeAll(async () => {
    registered = await mastodon();
  });
  const dependencies = (name: string) =>
    registered
      .find((each) => each.name === `bron-mastodon-${name}` && /Deployment|Job/.test(each.type))
      ?.dependsOn.filter((each) => /Deployment|Job/.test(each));

  test("migrates, rolls, migrates the rest, then applies its settings, in this order", () => {
    expect(dependencies("migrate-before")).toEqual(["kubernetes:batch/v1:Job::bron-database-role-mastodon"]);
    for (const part of ["web", "streaming", "sidekiq", "scheduler"]) {
      expect(dependencies(part)).toContain("kubernetes:batch/v1:Job::bron-mastodon-migrate-before");
    }
    expect(dependencies("migrate-after")).toEqual(
      expect.arrayContaining(
        ["web", "streaming", "sidekiq", "scheduler"].map(
          (part) => `kubernetes:apps/v1:Deployment::bron-mastodon-${part}`,
        ),
      ),
    );
    expect(dependencies("bootstrap")).toContain("kubernetes:batch/v1:Job::bron-mastodon-migrate-after");
  });

  test("has a policy to its database and its cache for each part, in two halves, and the Job to nothing else", () => {
    const ofJob = registered.filter(
      ({ type, inputs }) => type.endsWith(":NetworkPolicy") && JSON.stringify(inputs).includes('"job"'),
    );
    expect(ofJob.map(({ name }) => name)).toEqual([
      "bron-database-server-from-mastodon",
      "bron-mastodon-cache-from-mastodon",
      "bron-mastodon-to-database-server",
      "bron-mastodon-to-mastodon-cache",
    ]);
    for (const { name, inputs } of ofJob)
      expect(JSON.stringify(inputs), name).toContain('["web","streaming","sidekiq","scheduler","job"]');
  });

  test("keeps its queues and its media on volumes that nothing deletes", () => {
    expect(
      registered
        .filter(({ protect, type }) => protect && type.endsWith("VolumeClaim"))
        .map(({ name }) => name),
    ).toEqual(["bron-database-data", "bron-mastodon-cache", "bron-mastodon-media"]);
  });

  test("shows the engine no secret in the clear", () => {
    const secrets = registered.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    expect(secrets.length).toBeGreaterThan(3);
    for (const { inputs } of secrets) {
      const { stringData } = inputs as { stringData: Record<string, string> };
      expect(Object.entries(stringData).filter(([, value]) => value !== "[secret]")).toEqual([]);
    }
  });

  test("breaks no rule", () => {
    expect(kubernetesObjects(registered).length).toBeGreaterThan(40);
    expect(broken(registered)).toEqual([]);
  });
});

test("with everything outside it breaks no rule, shows no given secret, and keeps no media of its own", async () => {
  const registered = await mastodon(
    { media: bucket },
    {
      mail,
      identity,
      peers: {
        privatePeers: ["10.20.0.0/16"],
        privateEndpoints: [],
        clusterRanges: [],
        authority: undefined,
        ingress: ingressPresets.traefik.source,
      },
    },
  );
  expect(broken(registered)).toEqual([]);
  expect(JSON.stringify(registered)).not.toContain("given ");
  expect(registered.map(({ name }) => name)).not.toContain("bron-mastodon-media");
  const secret = registered.find(
    ({ type, name }) => type === "kubernetes:core/v1:Secret" && name === "bron-mastodon-env",
  );
  expect((secret?.inputs as { stringData: object } | undefined)?.stringData).toMatchObject({
    SMTP_PASSWORD: "[secret]",
    AWS_ACCESS_KEY_ID: "[secret]",
    AWS_SECRET_ACCESS_KEY: "[secret]",
    OIDC_CLIENT_SECRET: "[secret]",
  });
});
