import { describe, expect, test } from "vitest";
import { nextcloudConfig, sessionIni } from "../../components/nextcloud/config.ts";
import {
  type NextcloudSpec,
  nextcloudConfigMap,
  nextcloudCron,
  nextcloudDeployment,
} from "../../components/nextcloud/manifests.ts";
import { phpConfig, SecretFile } from "../../components/nextcloud/php.ts";
import { nextcloudSize } from "../../components/nextcloud/sizing.ts";

const spec: NextcloudSpec = {
  commune: "bron",
  version: "33.0.7",
  host: "cloud.bron.test",
  size: nextcloudSize(600),
  storageGiB: 100,
  storageClass: undefined,
  quotaPerUser: "5120 MB",
  settings: {},
  database: { host: "database.bron-database.svc", port: 5432, database: "nextcloud", sslMode: "disable" },
  secretLabels: ["nextcloud/admin-password/v1"],
};

/** The pod template, as the cluster would read it. */
function podOf(deployment: ReturnType<typeof nextcloudDeployment>) {
  return JSON.parse(JSON.stringify(deployment.spec)).template;
}

describe("config.php", () => {
  test("writes strings so that PHP reads them back unchanged", () => {
    expect(phpConfig({ text: "l'été \\ $x", list: [1, true, null], empty: {} })).toBe(
      "<?php\n$CONFIG = [\n  'text' => 'l\\'été \\\\ $x',\n  'list' => [\n    1,\n    true,\n    null,\n  ],\n  'empty' => [],\n];\n",
    );
  });

  test("reads secrets from their files when it is loaded", () => {
    expect(phpConfig({ dbpassword: new SecretFile("/run/secrets/x") })).toContain(
      "'dbpassword' => trim(file_get_contents('/run/secrets/x')),",
    );
  });

  test("knows the address that peers register, and trusts no other", () => {
    expect(nextcloudConfig(spec)).toMatchObject({
      trusted_domains: ["cloud.bron.test"],
      "overwrite.cli.url": "https://cloud.bron.test",
    });
  });

  test("lets the declaration's settings win", () => {
    const config = nextcloudConfig({
      ...spec,
      settings: { default_phone_region: "BE", activity_expire_days: 30 },
    });
    expect(config).toMatchObject({ default_phone_region: "BE", activity_expire_days: 30 });
  });

  test("escapes the cache's password in the session address", () => {
    expect(sessionIni("a+b&c")).toContain('"tcp://nextcloud-cache:6379?auth=a%2Bb%26c"');
  });
});

describe("the Deployment", () => {
  const template = podOf(nextcloudDeployment(spec));

  test("installs and upgrades before anything with a probe starts", () => {
    expect(template.spec.initContainers.map(({ name }: { name: string }) => name)).toEqual([
      "install",
      "configure",
    ]);
    expect(template.spec.initContainers[0].env).toContainEqual({ name: "NEXTCLOUD_UPDATE", value: "1" });
    expect(template.spec.initContainers.every((container: object) => !("livenessProbe" in container))).toBe(
      true,
    );
  });

  test("mounts nothing in config/, which the installer refuses unless it is empty", () => {
    const mounts = template.spec.initContainers.flatMap(
      (container: { volumeMounts: { mountPath: string }[] }) =>
        container.volumeMounts.map(({ mountPath }) => mountPath),
    );
    expect(mounts).not.toContainEqual(expect.stringMatching(/^\/var\/www\/html\/./));
  });

  test("asks for the page with a trusted Host when it looks whether the service is ready", () => {
    const nginx = template.spec.containers.find(({ name }: { name: string }) => name === "nginx");
    expect(nginx.readinessProbe.httpGet).toEqual({
      path: "/status.php",
      port: "http",
      httpHeaders: [{ name: "Host", value: "cloud.bron.test" }],
    });
  });

  test("starts again when its configuration changes, and only then", () => {
    const annotation = (changed: Partial<NextcloudSpec>) =>
      podOf(nextcloudDeployment({ ...spec, ...changed })).metadata.annotations["commune.cloud/config"];
    expect(annotation({ settings: { loglevel: 1 } })).not.toBe(annotation({}));
    expect(annotation({ storageGiB: 200 })).toBe(annotation({}));
  });

  test("has no secret in its environment or its arguments", () => {
    const variables = [...template.spec.initContainers, ...template.spec.containers].flatMap(
      (container: { env?: { name: string; value: string }[] }) => container.env ?? [],
    );
    const passwords = variables.filter(({ name }) => /PASSWORD|SECRET|KEY/.test(name));
    expect(passwords.map(({ name }) => name)).toEqual([
      "NEXTCLOUD_ADMIN_PASSWORD_FILE",
      "POSTGRES_PASSWORD_FILE",
    ]);
    expect(nextcloudConfigMap(spec).data["zz-commune.config.php"]).toContain("file_get_contents(");
  });
});

test("background jobs run beside Nextcloud, since its volumes can be mounted by one node only", () => {
  const cron = JSON.parse(JSON.stringify(nextcloudCron(spec).spec)).jobTemplate.spec.template.spec;
  expect(cron.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]).toEqual({
    labelSelector: {
      matchLabels: { "app.kubernetes.io/component": "web", "app.kubernetes.io/instance": "bron-nextcloud" },
    },
    topologyKey: "kubernetes.io/hostname",
  });
});

describe("the size", () => {
  test.each([1, 50, 600, 2500, 50_000])("of %i users has room for every PHP worker", (users) => {
    const { phpWorkers, php } = nextcloudSize(users);
    expect(php.limitMiB).toBeGreaterThanOrEqual(phpWorkers * 64 + 128);
    expect(php.requestMiB).toBeLessThan(php.limitMiB);
  });

  test("never shrinks when users are added", () => {
    const sizes = [1, 10, 100, 1000, 10_000, 100_000].map(nextcloudSize);
    for (const key of ["phpWorkers", "cacheMiB", "databaseMiB", "dataGiB"] as const) {
      const values = sizes.map((size) => size[key]);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });
});
