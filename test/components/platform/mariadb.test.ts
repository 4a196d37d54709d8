import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { behindPort, mariadbPort } from "../../../components/platform/mariadb/gate.ts";
import { mariadbServer, mariadbServiceObject } from "../../../components/platform/mariadb/manifests.ts";
import { prepareScript } from "../../../components/platform/mariadb/prepare.ts";
import { dropJob, roleJob, roleScripts } from "../../../components/platform/mariadb/role.ts";
import { rootPassword } from "../../../components/platform/mariadb/secrets.ts";
import {
  clientsAtMost,
  connectionsPerClient,
  mariadbSettings,
  memoryFor,
  sessionMiB,
} from "../../../components/platform/mariadb/sizing.ts";

const plan = {
  ...{ commune: "bron", server: "mariadb", field: ["tenants", "mariadb"], memoryMiB: 512, storageGiB: 10 },
  storageClass: undefined,
};
const client = { release: "t-chorale-wordpress", database: "t0123456789abcdef0123" };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("a server's memory", () => {
  test.each([256, 512, 4096])("of %i MiB is enough for all databases that it has room for", (memoryMiB) => {
    const settings = mariadbSettings(memoryMiB);
    const most = clientsAtMost(memoryMiB);
    expect(most * connectionsPerClient).toBeLessThan(Number(settings["max-connections"]));
    expect(memoryFor(most)).toBeLessThanOrEqual(memoryMiB);
    expect(memoryFor(most + 1)).toBeGreaterThan(memoryMiB);
  });

  test.each([256, 512, 4096])("of %i MiB outlasts a client that takes all that it may", (memoryMiB) => {
    const settings = mariadbSettings(memoryMiB);
    const [session, pages] = ["maximum-max-session-mem-used", "innodb-buffer-pool-size"].map((name) =>
      Number(/^(\d+)M$/.exec(settings[name] ?? "")?.[1]),
    );
    expect(session).toBe(sessionMiB(memoryMiB));
    expect(settings["max-session-mem-used"]).toBe(`${session}M`);
    // What WordPress and MediaWiki take at their most is a few of these.
    expect(session).toBeGreaterThanOrEqual(16);
    expect((pages ?? 0) + connectionsPerClient * (session ?? 0)).toBeLessThanOrEqual(memoryMiB - 96);
  });
});

describe("the server", () => {
  test("starts again with another password of its superuser, and keeps it out of its arguments", () => {
    const pod = (version: number) =>
      JSON.stringify(mariadbServer(plan, { ...rootPassword("mariadb"), version }).spec.template);
    expect(pod(2)).not.toBe(pod(1));
    expect(pod(1)).not.toMatch(/PASSWORD_?[A-Z]*","value/);
  });

  test("is behind a gate, which has the port that policies open", () => {
    const pod = JSON.parse(JSON.stringify(mariadbServer(plan, rootPassword("mariadb")).spec.template)) as {
      spec: { containers: { name: string; args: string[]; ports: object[] }[] };
    };
    const of = (name: string) => pod.spec.containers.find((container) => container.name === name);
    const [server, gate] = [of("mariadb"), of("gate")];
    expect(server?.args).toContain(`--port=${behindPort}`);
    expect(gate?.ports).toEqual([{ name: "mariadb", containerPort: mariadbPort }]);
    expect(mariadbServiceObject(plan).spec.ports).toEqual([
      { name: "mariadb", port: mariadbPort, targetPort: "mariadb" },
    ]);
    const script = gate?.args?.[2] ?? "";
    expect(script).toContain(`limit_conn clients ${connectionsPerClient};`);
    expect(script).toContain(`proxy_pass 127.0.0.1:${behindPort};`);
    expect(behindPort).not.toBe(mariadbPort);
  });
});

/** Runs what is done before a start with doubles of MariaDB's programs, on data of a version. */
function prepared(had: string | undefined, has = "11.8.9") {
  const folder = mkdtempSync(join(tmpdir(), "mariadb-"));
  folders.push(folder);
  const inside = (path: string) => join(folder, path);
  for (const path of ["bin", "secret", "init", "data"]) mkdirSync(inside(path));
  writeFileSync(inside("secret/password"), "root-password");
  if (had !== undefined) writeFileSync(inside("data/mariadb_upgrade_info"), `${had}-MariaDB`);
  const double = (name: string, text: string) => {
    writeFileSync(inside(`bin/${name}`), `#!/bin/bash\necho "${name}" >> ${inside("calls")}\n${text}\n`);
    chmodSync(inside(`bin/${name}`), 0o755);
  };
  double(
    "mariadbd",
    `case "$*" in *--version*) echo "mariadbd  Ver ${has}-MariaDB for debian" ;; *) sleep 1 ;; esac`,
  );
  for (const name of ["mariadb-admin", "mariadb-upgrade"]) double(name, "exit 0");
  const script = prepareScript()
    .replaceAll("/tmp/", `${folder}/`)
    .replaceAll("/var/lib/mysql/data", inside("data"))
    .replaceAll("/run/secrets/mariadb", inside("secret"))
    .replaceAll("/run/init", inside("init"));
  const env = { PATH: `${inside("bin")}:/usr/bin:/bin` };
  const { status, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], { env, encoding: "utf8" });
  const read = (path: string) => spawnSync("cat", [inside(path)], { encoding: "utf8" }).stdout;
  return {
    status,
    stderr,
    calls: read("calls"),
    version: read("data/mariadb_upgrade_info"),
    init: read("init/init.sql"),
  };
}

describe("before it starts", () => {
  test("data of its own version is left as it is, and the superuser's password is told to the server", () => {
    const { status, calls, init } = prepared("11.8.9");
    expect({ status, calls }).toEqual({ status: 0, calls: "mariadbd\n" });
    expect(init).toContain("ALTER USER 'root'@'localhost' IDENTIFIED BY 'root-password'");
  });

  test.each(["11.8.10", "12.0.1"])("data of %s is refused by 11.8.9, untouched", (newer) => {
    const { status, stderr, calls, version } = prepared(newer);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `The data is of MariaDB ${newer}, and this server is 11.8.9: it cannot go back.`,
    );
    expect(calls).not.toContain("mariadb-upgrade");
    expect(version).toBe(`${newer}-MariaDB`);
  });

  test("data of an older version is upgraded, and says so from then on", () => {
    const { status, calls, version } = prepared("11.4.2");
    expect(status).toBe(0);
    expect(calls).toContain("mariadb-upgrade");
    expect(version).toBe("11.8.9-MariaDB\n");
  });

  test("data that does not say whose it is is refused", () => {
    const { status, stderr } = prepared(undefined);
    expect(status).toBe(1);
    expect(stderr).toContain("does not say which MariaDB");
  });
});

describe("the Job of a client", () => {
  test("is another one with another version of the password, which stands in none of its arguments", () => {
    const name = (label: string) => roleJob(plan, client, label).metadata.name;
    expect(name("v2")).not.toBe(name("v1"));
    expect(JSON.stringify(roleJob(plan, client, "v1").spec)).not.toMatch(/"value":"[^"]*password/i);
  });

  test("has a name that fits beside the longest id of a tenant", () => {
    const longest = { ...client, release: `t-${"a".repeat(30)}-wordpress` };
    for (const job of [roleJob(plan, longest, "v1"), dropJob(plan, longest)])
      expect(job.metadata.name.length).toBeLessThanOrEqual(63);
  });

  test("runs scripts that a shell reads", () => {
    const scripts = Object.values(roleScripts(plan).data ?? {});
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(spawnSync("bash", ["-n"], { input: String(script) }).status).toBe(0);
  });
});
