import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { published } from "../../components/commune/publish.ts";
import { versionsText } from "../../components/commune/versions/lock.ts";
import { lockFile, lockText } from "../../components/foundation/image/lock.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { checkCommand } from "../../scripts/check.ts";
import { tenantText } from "../components/tenants/stacks.ts";

const good = `name: Lyon
insee: "69123"
domain: lyon.test
population: 520000
contact: numerique@lyon.test
`;

let stacks: string;
let printed: string;
/** Objects that the program would register: running it is test/registrations/check.test.ts's. */
let objects: KubernetesObject[];

/** Runs `commune check` on the test's own stacks and gives its exit code. */
async function check(...words: string[]): Promise<number> {
  process.exitCode = undefined;
  const command = checkCommand(stacks, async () => objects)
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        printed += text;
      },
    });
  try {
    await command.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return Number(code);
}

function declare(folder: string, text: string) {
  mkdirSync(join(stacks, folder));
  writeFileSync(join(stacks, folder, "commune.yaml"), text);
}

beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "stacks-"));
  printed = "";
  objects = [];
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(stacks, { recursive: true });
});

describe("commune check", () => {
  it("says of each commune that it is valid", async () => {
    declare("lyon", `id: lyon\n${good}`);
    declare("bron", `id: bron\n${good}`);
    expect(await check()).toBe(0);
    expect(printed).toBe("bron: valid\nlyon: valid\n\nNothing was changed.\n");
  });

  it("lists every problem of every commune, and the valid ones too", async () => {
    declare("lyon", `id: lyon\n${good}nextclod: {}\n`);
    declare("bron", `id: bron\n${good}`);
    declare("givors", "id: givors\nname: 5\n");
    expect(await check()).toBe(1);
    expect(printed).toMatch(
      /lyon\/commune\.yaml:7:1 +nextclod: unknown section\. Did you mean "nextcloud"\?/,
    );
    expect(printed).toMatch(/givors\/commune\.yaml:2:7 +name: 5 is a number\./);
    expect(printed).toContain("bron: valid");
    expect(printed).toMatch(/\n\n6 problems\. Nothing was changed\.\n$/);
  });

  it("checks only what is named, once", async () => {
    declare("lyon", `id: lyon\n${good}`);
    declare("bron", "");
    expect(await check("lyon", "lyon")).toBe(0);
    expect(printed).toBe("lyon: valid\n\nNothing was changed.\n");
  });

  it("answers in JSON", async () => {
    declare("lyon", `id: lyon\n${good}nextclod: {}\n`);
    expect(await check("--json")).toBe(1);
    expect(JSON.parse(printed)).toEqual({
      communes: [
        {
          commune: "lyon",
          valid: false,
          problems: [
            {
              file: join(stacks, "lyon", "commune.yaml"),
              line: 7,
              column: 1,
              path: ["nextclod"],
              message: 'unknown section. Did you mean "nextcloud"?',
            },
          ],
          broken: [],
        },
      ],
    });
  });

  it("refuses a folder that does not bear the commune's id, or holds nothing", async () => {
    declare("lyon", `id: bron\n${good}`);
    declare("Givors", `id: givors\n${good}`);
    mkdirSync(join(stacks, "empty"));
    expect(await check()).toBe(1);
    expect(printed).toContain(
      'id: "bron" is not the name of its folder ("lyon"). Write "lyon", or rename the folder.',
    );
    expect(printed).toMatch(/Givors:1:1 .*"Givors" may only have letters a to z.* Write "givors"\./);
    expect(printed).toContain("this file does not exist");
  });

  it("takes an unknown commune and an unknown option for wrong usage", async () => {
    declare("lyon", `id: lyon\n${good}`);
    expect(await check("lyonn")).toBe(2);
    expect(printed).toContain('error: no commune "lyonn" is declared in stacks/. Did you mean "lyon"?');
    expect(await check("../lyon")).toBe(2);
  });

  it("says what to do when nothing is declared", async () => {
    expect(await check()).toBe(1);
    expect(printed).toContain("commune init");
  });

  it("names each rule of policies/ that what is declared would break", async () => {
    declare("lyon", `id: lyon\n${good}`);
    const labels = { "commune.cloud/data": "none" };
    objects = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "lyon-federation", labels } }];
    expect(await check()).toBe(1);
    expect(printed).toBe(
      `lyon: mandatory namespaces-are-restricted (security): Namespace lyon-federation does not enforce Pod Security restricted. Use the Namespace component.
lyon: mandatory namespaces-are-closed (security): Namespace lyon-federation has no default-deny NetworkPolicy. Use the Namespace component.

2 problems. Nothing was changed.
`,
    );
    printed = "";
    expect(await check("--json")).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({
      communes: [{ valid: false, problems: [], broken: [{ rule: "namespaces-are-restricted" }, {}] }],
    });
  });

  it("asks of a public name that it is below the commune's domain", async () => {
    declare("lyon", `id: lyon\n${good}`);
    const ingress = (host: string): KubernetesObject => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "cloud", namespace: "lyon-nextcloud" },
      spec: { rules: [{ host }], tls: [{ hosts: [host] }] },
    });
    objects = [ingress("lyon.test"), ingress("cloud.lyon.test")];
    expect(await check()).toBe(0);
    objects = [ingress("cloud-lyon.test")];
    expect(await check()).toBe(1);
    expect(printed).toContain(
      "hosts-are-the-communes (sovereignty): Ingress lyon-nextcloud/cloud serves cloud-lyon.test, which is not below lyon.test.",
    );
  });
});

describe("commune check, of what a newer toolkit would move", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const locked = {
    digest,
    platforms: {},
    read: "2026-11-27",
    from: "docker.io",
    licence: "X",
    source: "https://x.test",
  };
  const runs = (image: string): KubernetesObject => ({
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "x", namespace: "lyon-x" } },
    spec: { containers: [{ name: "x", image }] },
  });

  it("says which versions no file of the commune says, if its data is to be kept", async () => {
    declare("lyon", `id: lyon\n${good}nextcloud: { storage: 900 GiB, version: 33.0.7 }\n`);
    await check("lyon");
    expect(printed).not.toContain("no version is locked");
    writeFileSync(join(stacks, "Pulumi.lyon.yaml"), "config: {}\n");
    await check("lyon");
    expect(printed).toContain(
      "lyon: warning: no version is locked of database (17): a newer toolkit may run another. Write: npx commune pin lyon\n",
    );
    writeFileSync(join(stacks, "lyon", "versions.lock.yaml"), versionsText({ database: "17" }));
    printed = "";
    await check("lyon");
    expect(printed).not.toContain("no version is locked");
  });

  it("refuses node-loss where the stack's settings count fewer than three nodes", async () => {
    declare("lyon", `id: lyon\n${good}availability: node-loss\n`);
    await check("lyon");
    expect(printed).not.toContain("needs 3 nodes");
    writeFileSync(join(stacks, "Pulumi.lyon.yaml"), "config: { commune:nodes: 2 }\n");
    await check("lyon");
    expect(printed).toContain(
      'availability: "node-loss" needs 3 nodes that may run pods, and commune:nodes is 2.',
    );
    writeFileSync(join(stacks, "Pulumi.lyon.yaml"), "config: { commune:nodes: 3 }\n");
    printed = "";
    await check("lyon");
    expect(printed).not.toContain("needs 3 nodes");
  });

  it("refuses more connections than the declared memory of a server allows, at its line", async () => {
    const asking = "nextcloud: {}\nmastodon: { expectedUsers: 800 }\n";
    declare("lyon", `id: lyon\n${good}${asking}database:\n  memory: 256 MiB\n`);
    const line = `id: lyon\n${good}${asking}database:\n`.split("\n").length;
    await check("lyon");
    expect(printed).toContain(
      `lyon/commune.yaml:${line}:11 database.memory: PostgreSQL allows 40 connections with 256 MiB`,
    );
    writeFileSync(
      join(stacks, "lyon", "commune.yaml"),
      `id: lyon\n${good}${asking}database:\n  memory: 2 GiB\n`,
    );
    printed = "";
    await check("lyon");
    expect(printed).not.toContain("connections");
  });

  it("says what would run in the place of what is locked", async () => {
    declare("lyon", `id: lyon\n${good}`);
    const lock = { "docker.io/valkey/valkey:9.0.1": locked };
    writeFileSync(join(stacks, "lyon", "versions.lock.yaml"), versionsText({}, lock));
    objects = [runs("docker.io/valkey/valkey:9.1.0")];
    await check("lyon");
    expect(printed).toContain(
      "lyon: warning: docker.io/valkey/valkey:9.1.0 would run, and docker.io/valkey/valkey:9.0.1 is locked. Read the CHANGELOG and npx commune report lyon, then: npx commune pin lyon\n",
    );
    objects = [runs(`docker.io/valkey/valkey:9.0.1@${digest}`)];
    printed = "";
    await check("lyon");
    expect(printed).not.toContain("would run");
  });
});

describe("commune check, of a commune with associations", () => {
  it("warns of an application that was not seen as it would run, and refuses nothing for it", async () => {
    declare("lyon", `id: lyon\n${good}tenants: { domain: assos-lyon.test }\n`);
    mkdirSync(join(stacks, "lyon", "tenants"));
    writeFileSync(
      join(stacks, "lyon", "tenants", "chorale.yaml"),
      tenantText("chorale", "applications: { radicale: { access: members } }\n"),
    );
    const digest = `sha256:${"a".repeat(64)}`;
    const locked = { digest, platforms: { "linux/amd64": digest }, read: "2026-11-27", from: "ghcr.io" };
    const lock = { ...locked, licence: "GPL-3.0-or-later", source: "https://github.com/Kozea/Radicale" };
    writeFileSync(join(stacks, lockFile), lockText({ "ghcr.io/kozea/radicale:3.5.3": lock }));
    expect(await check("lyon")).toBe(0);
    // A check on this machine sees what is made here, and never upstream's build of this lock.
    expect(printed).toMatch(
      /^lyon: warning: radicale, which associations have, has no level that counts: .*(never checked|is locked to sha256:aaaaaaaaaaaa).* \(docs\/charts\.md\)\.$/m,
    );
    expect(printed).toContain("lyon: valid");
  });

  it("warns of an application that nobody has run", async () => {
    declare("lyon", `id: lyon\n${good}tenants: { domain: assos-lyon.test }\n`);
    mkdirSync(join(stacks, "lyon", "tenants"));
    writeFileSync(
      join(stacks, "lyon", "tenants", "chorale.yaml"),
      tenantText("chorale", "applications: { paheko: {} }\n"),
    );
    expect(await check("lyon")).toBe(0);
    expect(printed).toMatch(
      /^lyon: warning: paheko, which associations have, has no level that counts: it was never checked: nobody has run its image here, .*contract tests alone hold it \(docs\/charts\.md\)\.$/m,
    );
  });
});

describe("commune check --published", () => {
  const cloud = (fields: string) => `id: lyon\n${good}nextcloud: { storage: 900 GiB${fields} }\n`;
  const known = () => join(stacks, "published.json");

  /** Returns what a stack of the declaration that is there published. */
  function publish() {
    const loaded = loadCommune(stacks, "lyon");
    if (!loaded.ok) throw loaded.error;
    const plan = planCommune(loaded.declaration, siteOf(siteSchema.parse({})));
    writeFileSync(known(), JSON.stringify(published(plan, "00ff")));
  }

  /** Declares, has it published, and declares otherwise. */
  function change(before: string, after: string) {
    declare("lyon", before);
    publish();
    writeFileSync(join(stacks, "lyon", "commune.yaml"), after);
  }

  it("lists what differs, with its effect, in English or in French", async () => {
    change(cloud(""), cloud(", quotaPerUser: 2 GiB, version: 34.0.2"));
    expect(await check("lyon", "--published", known())).toBe(0);
    expect(printed.replace(/^lyon: advisory offline-alternative .*\n/, "")).toBe(
      `lyon: reversible with a copy from before: Nextcloud goes from 33.0.7 to 34.0.2: nobody can use it from the end of the old version until its migrations are done. Tell people beforehand (docs/nextcloud.md, "Upgrade").
lyon: reversible: nextcloud.quotaPerUser goes from 5 GiB to 2 GiB.
lyon: valid

Nothing was changed.
`,
    );
    printed = "";
    expect(await check("lyon", "--published", known(), "--language", "fr", "--json")).toBe(0);
    const [{ changes }] = JSON.parse(printed).communes;
    expect(changes).toMatchObject([
      { what: "version", name: "nextcloud", from: "33.0.7", to: "34.0.2", effect: "needs a restore point" },
      {
        what: "setting",
        sentence: "Change dans la déclaration : Nextcloud, espace par personne, de 5 Gio à 2 Gio.",
      },
    ]);
  });

  it("refuses what up would refuse, with its place", async () => {
    change(cloud(""), cloud(", subdomain: fichiers"));
    expect(await check("lyon", "--published", known())).toBe(1);
    expect(printed).toMatch(/commune\.yaml:7:\d+ +nextcloud\.subdomain: it was started as cloud\.lyon\.test/);
    expect(printed).not.toContain("valid");
  });

  it("says what is wrong with what it is given", async () => {
    declare("lyon", cloud(""));
    expect(await check("--published", known())).toBe(2);
    expect(await check("lyon", "--published", known())).toBe(1);
    expect(printed).toMatch(/published\.json cannot be read .* Write it with: pulumi stack output published/);
    writeFileSync(known(), JSON.stringify({ version: 99 }));
    expect(await check("lyon", "--published", known())).toBe(1);
    expect(printed).toContain("published.json is not what a stack publishes");
  });
});
