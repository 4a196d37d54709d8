import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { knownApps, majorsWithApps, pinnedApps } from "../../../components/services/nextcloud/apps.ts";
import { nextcloudSection } from "../../../components/services/nextcloud/declaration.ts";
import { nextcloudNetworkPolicies } from "../../../components/services/nextcloud/network-policies.ts";
import { patientOcc } from "../../../components/services/nextcloud/scripts.ts";
import { nextcloudSize } from "../../../components/services/nextcloud/sizing.ts";
import type { NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";
import { nextcloudConfigMap } from "../../../components/services/nextcloud/web.ts";
import { outsideOf } from "./facts.ts";
import { before, cron, names } from "./nextcloud-pods.ts";
import { connected, spec } from "./nextcloud-spec.ts";

describe("apps", () => {
  test.each(majorsWithApps)("of Nextcloud %i each have one exact release", (major) => {
    for (const { id, release } of pinnedApps(`${major}.0.0`, knownApps, undefined)) {
      expect(release?.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(release?.url).toBe(
        `https://github.com/nextcloud-releases/${id}/releases/download/v${release?.version}/${id}-v${release?.version}.tar.gz`,
      );
    }
  });

  test("have one major of groupfolders per major of Nextcloud", () => {
    const majors = majorsWithApps.map((major) =>
      Number(
        pinnedApps(`${major}.0.0`, ["groupfolders"], undefined)
          .find(({ id }) => id === "groupfolders")
          ?.release?.version.split(".")[0],
      ),
    );
    expect(majors).toEqual(majorsWithApps.map((major) => major - 12));
  });

  test("have one major of richdocuments per major of Nextcloud", () => {
    for (const major of majorsWithApps) {
      const found = pinnedApps(`${major}.0.0`, knownApps, undefined).find(({ id }) => id === "richdocuments");
      expect(found?.release?.version.split(".")[0]).toBe(String(major - 23));
    }
  });

  test("come from the mirror when there is one", () => {
    expect(pinnedApps("34.0.2", ["calendar"], "https://miroir.test/nc")[0]).toEqual({
      id: "calendar",
      wanted: true,
      release: { version: "6.6.2", url: "https://miroir.test/nc/calendar-v6.6.2.tar.gz" },
    });
  });

  test("for a version that has none are named in the log, not switched off", () => {
    const { data } = nextcloudConfigMap({ ...spec, version: "35.0.0", apps: ["calendar"] });
    expect(data["apps.txt"]).toBe("calendar none\ncontacts\ngroupfolders\nuser_oidc\nrichdocuments\n");
  });

  test("are agenda, contacts and folders of a team when nothing is said", () => {
    expect(nextcloudSection.parse({}).apps).toEqual(["calendar", "contacts", "groupfolders"]);
  });

  test("are fetched by the pods of background jobs, which alone may reach that far", () => {
    expect(names(cron(spec).spec.initContainers)).toEqual(["fetch"]);
    expect(names(before(spec).spec.initContainers)).toEqual(["fetch"]);
    expect(nextcloudNetworkPolicies(spec, outsideOf(spec)).map(({ metadata }) => metadata.name)).toEqual([
      "nextcloud-cron-to-apps",
    ]);
  });

  test("that nobody wants cost neither a container nor a policy", () => {
    const none = { ...spec, apps: [] };
    expect(cron(none).spec.initContainers).toBeUndefined();
    expect(nextcloudNetworkPolicies(none, outsideOf(none))).toEqual([]);
  });
});

test("what is reached outside is declared, each with its port", () => {
  const policies = nextcloudNetworkPolicies(
    { ...connected, appMirror: "https://miroir.test:8444/nc" },
    outsideOf(connected),
  );
  expect(
    policies.map(({ metadata, spec: { egress } }) => [
      metadata.name,
      JSON.parse(JSON.stringify(egress))[0].ports[0].port,
    ]),
  ).toEqual([
    ["nextcloud-cron-to-apps", 8444],
    ["nextcloud-to-mail", 587],
    ["nextcloud-web-to-identity", 8443],
  ]);
});

describe("editing together", () => {
  const office = { server: "https://office.bron.test:9980", callers: ["192.0.2.9", "2001:db8::9"] };
  const data = (of: NextcloudSpec) => nextcloudConfigMap(of).data;

  test("brings its app, and the app only then", () => {
    expect(data({ ...spec, office })["apps.txt"]).toMatch(/^richdocuments 10\.1\.2 https:.*$/m);
    expect(data(spec)["apps.txt"]).toMatch(/^richdocuments$/m);
  });

  test("is told where the server is and who may call back", () => {
    expect(data({ ...spec, office })["office.txt"]).toBe(
      "https://office.bron.test:9980\n192.0.2.9,2001:db8::9\n",
    );
    expect(Object.keys(data(spec))).not.toContain("office.txt");
  });

  test("opens the way to the server's port, from what serves and from what runs jobs", () => {
    const policies = nextcloudNetworkPolicies({ ...spec, apps: [], office }, outsideOf(spec)).map(
      ({ metadata, spec: { egress } }) => [
        metadata.name,
        JSON.parse(JSON.stringify(egress))[0].ports[0].port,
      ],
    );
    expect(policies).toEqual([
      ["nextcloud-cron-to-apps", 443],
      ["nextcloud-to-office", 9980],
    ]);
  });
});

describe("the size", () => {
  test.each([1, 50, 600, 2500, 50_000])("of %i users has room for every PHP worker", (users) => {
    const { phpWorkers, php } = nextcloudSize(users);
    expect(php.limitMiB).toBeGreaterThanOrEqual(phpWorkers * 64 + 128);
    expect(php.requestMiB).toBeLessThan(php.limitMiB);
  });

  test("never shrinks when users are added", () => {
    const sizes = [1, 10, 100, 1000, 10_000, 100_000].map((users) => nextcloudSize(users));
    for (const key of ["phpWorkers", "cacheMiB", "databaseMiB", "dataGiB"] as const) {
      const values = sizes.map((size) => size[key]);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });
});

test("a command is repeated until it reaches the database: occ says on its output why it does not", async () => {
  const folder = mkdtempSync("/tmp/occ-");
  const why =
    'SQLSTATE[08006] [7] could not translate host name "database" to address: Name or service not known';
  writeFileSync(
    join(folder, "php"),
    `#!/bin/sh\n[ -e ${folder}/asked ] || { touch ${folder}/asked; echo '${why}'; exit 1; }\necho "did $*"\n`,
    { mode: 0o755 },
  );
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { stdout, stderr } = await execa("sh", ["-euc", `${patientOcc()}patiently occ files:scan --all`], {
    env,
  });
  rmSync(folder, { recursive: true });
  expect({ stdout, stderr }).toEqual({
    stdout: "did occ files:scan --all",
    stderr: `waiting for its name: ${why}`,
  });
});
