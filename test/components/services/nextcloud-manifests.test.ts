import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { nextcloudBefore } from "../../../components/services/nextcloud/cron.ts";
import type { NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";
import { nextcloudConfigMap } from "../../../components/services/nextcloud/web.ts";
import { upstream } from "../../upstream/lines.ts";
import { before, containersOf, cron, names, web } from "./nextcloud-pods.ts";
import { connected, spec } from "./nextcloud-spec.ts";

describe("the Deployment", () => {
  const template = web(spec);

  test("installs and upgrades before anything with a probe starts", () => {
    expect(names(template.spec.initContainers)).toEqual(["install", "configure"]);
    const [install] = template.spec.initContainers ?? [];
    expect(install?.env).toContainEqual({ name: "NEXTCLOUD_UPDATE", value: "1" });
    for (const container of template.spec.initContainers ?? [])
      expect(container).not.toHaveProperty("livenessProbe");
  });

  test("puts apps in place between the new code and the upgrade of the database", () => {
    const install = template.spec.initContainers?.[0];
    expect(install?.volumeMounts).toContainEqual({
      name: "hooks",
      mountPath: "/docker-entrypoint-hooks.d/pre-upgrade",
      readOnly: true,
    });
    const hooks = template.spec.volumes.find(({ name }) => name === "hooks");
    // The entry point skips a hook that is not executable, or does not end in .sh.
    expect(hooks?.configMap?.items).toEqual([{ key: "place-apps.sh", path: "place-apps.sh", mode: 0o755 }]);
  });

  test("mounts nothing in config/, which the installer refuses unless it is empty", () => {
    const mounts = (template.spec.initContainers ?? []).flatMap(({ volumeMounts }) =>
      volumeMounts.map(({ mountPath }) => mountPath),
    );
    expect(mounts).not.toContainEqual(expect.stringMatching(/^\/var\/www\/html\/./));
  });

  test("asks for the page with a trusted Host when it looks whether the service is ready", () => {
    const nginx = template.spec.containers.find(({ name }) => name === "nginx");
    expect(nginx?.readinessProbe?.httpGet).toEqual({
      path: "/status.php",
      port: "http",
      httpHeaders: [{ name: "Host", value: "cloud.bron.test" }],
    });
  });

  test("starts again when its configuration changes, and only then", () => {
    const annotation = (changed: Partial<NextcloudSpec>) =>
      web({ ...spec, ...changed }).metadata.annotations["commune.cloud/config"];
    expect(annotation({ settings: { loglevel: 1 } })).not.toBe(annotation({}));
    expect(annotation({ quotaPerUser: "1 MB" })).not.toBe(annotation({}));
    expect(annotation({ apps: ["calendar"] })).not.toBe(annotation({}));
    expect(annotation({ storageGiB: 200 })).toBe(annotation({}));
  });
});

describe("every container", () => {
  const containers = [web, cron, before].flatMap((template) => containersOf(template(connected)));
  const variables = containers.flatMap(({ env = [] }) => env.map(({ name }) => name));

  test("sets only variables that something reads", () => {
    const known = upstream("nextcloud-image.env.txt");
    const keys = upstream("nextcloud-31.0.6.config-keys.txt").map((key) => `NC_${key}`);
    const unknown = variables.filter((name) => !known.includes(name) && !keys.includes(name));
    expect([...new Set(unknown)].sort()).toEqual([
      // A key of no sample: lib/private/Setup/AbstractDatabase.php of nextcloud/server.
      "NC_setup_create_db_user",
      // Of libpq, below PHP: https://www.postgresql.org/docs/17/libpq-envars.html
      "PGSSLMODE",
      // Of fontconfig, below PHP's image functions: where it may keep its cache.
      "XDG_CACHE_HOME",
    ]);
  });

  test("asks a database outside to prove who it is, by the system's authorities and the site's", () => {
    const outside = (authority: string | undefined): NextcloudSpec => ({
      ...spec,
      database: { host: "pg.lyon.test", port: 5432, database: "nextcloud", sslMode: "verify-full" },
      peers: { ...spec.peers, authority },
    });
    const of = (outsider: NextcloudSpec) =>
      [web, cron, before].flatMap((template) =>
        containersOf(template(outsider))
          .filter(({ name }) => name !== "nginx")
          .map(({ env = [] }) =>
            env
              .filter(({ name }) => /^(PGSSL|SSL_)/.test(name))
              .map(({ name, value }) => `${name}=${value}`)
              .join(" "),
          ),
      );
    expect(new Set(of(outside(undefined)))).toEqual(new Set(["PGSSLMODE=verify-full PGSSLROOTCERT=system"]));
    expect(new Set(of(outside("-----BEGIN")))).toEqual(
      new Set(["PGSSLMODE=verify-full PGSSLROOTCERT=system SSL_CERT_FILE=/etc/nextcloud/authority.pem"]),
    );
    expect(new Set(of(spec))).toEqual(new Set(["PGSSLMODE=disable"]));
  });

  test("has no secret in its environment or its arguments", () => {
    const passwords = variables.filter((name) => /PASSWORD|SECRET|KEY/.test(name));
    expect([...new Set(passwords)].sort()).toEqual([
      "NEXTCLOUD_ADMIN_PASSWORD_FILE",
      "POSTGRES_PASSWORD_FILE",
    ]);
    const words = containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((word) => /password|secret/i.test(word))).toEqual([]);
  });
});

describe("the Job before a change", () => {
  test("is another one for another version or other apps, and the same one otherwise", () => {
    const name = (changed: Partial<NextcloudSpec>) => nextcloudBefore({ ...spec, ...changed }).metadata.name;
    expect(name({ version: "34.0.2" })).not.toBe(name({}));
    expect(name({ apps: ["calendar"] })).not.toBe(name({}));
    expect(name({ settings: { loglevel: 1 }, quotaPerUser: "1 MB" })).toBe(name({}));
  });

  test("runs beside Nextcloud if it is there, and anywhere else otherwise", () => {
    expect(before(spec).spec.affinity.podAffinity).toHaveProperty(
      "preferredDuringSchedulingIgnoredDuringExecution",
    );
  });
});

test("background jobs run beside Nextcloud, since its volumes can be mounted by one node only", () => {
  expect(cron(spec).spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution?.[0]).toEqual({
    labelSelector: {
      matchLabels: { "app.kubernetes.io/component": "web", "app.kubernetes.io/instance": "bron-nextcloud" },
    },
    topologyKey: "kubernetes.io/hostname",
  });
});

describe("the scripts", () => {
  const scripts = Object.entries(nextcloudConfigMap(connected).data).filter(([name]) => name.endsWith(".sh"));

  test.each(scripts)("%s is one that a shell can read", (_, text) => {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("leave nothing of this program's quoting in them", () => {
    expect(scripts.length).toBeGreaterThan(3);
    for (const [, text] of scripts) expect(text).not.toMatch(/undefined|\[object|\\`|\$\{[a-zA-Z]+Folder/);
  });
});
