import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadCommune } from "../../components/commune/load.ts";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { type Archive, readArchive } from "../../components/tenants/exit/archive.ts";
import { arrivingApplications } from "../../components/tenants/exit/arrival.ts";
import { restoringScript } from "../../scripts/tenant/bring.ts";
import { exportTenantCommand } from "../../scripts/tenant/export.ts";
import { type ImportTools, importTenantCommand } from "../../scripts/tenant/import.ts";
import { communeText, stacksWith, tenantText } from "../components/tenants/stacks.ts";

const seed = Buffer.alloc(32, 5).toString("base64");
const key = publicKeyOf(Buffer.from(deriveSecret(seed, "bron", descriptorLabel), "base64url"));
const applications = `applications:
  site: { folder: pages }
  wordpress: { subdomain: blog }
  radicale: { access: members }
`;
const plans =
  "plans: { tiny: { storage: 1 GiB, memory: 128 MiB, cpu: 1 core }, enough: { storage: 5 GiB, memory: 2 GiB, cpu: 4 cores } }";
const room = `tenants: { domain: assos-bron.test, mariadb: {}, ${plans} }\n`;
const sumOf = (content: string) => createHash("sha256").update(content).digest("hex");

let work: string;
/** Commands that were run, each as one line; what went into them stands behind. */
let ran: string[];
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "import-"));
  ran = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(work, { recursive: true });
});

/** A double of a cluster where applications are up, and a folder of declarations. */
function tools(
  stacks: string,
  { up = true, came = (path: string) => sumOf(readFileSync(path, "utf8")) } = {},
) {
  const annotations = {
    "commune.cloud/restore": '["sh","/config/restore.sh"]',
    "commune.cloud/move-domain": '["php","/config/move.php"]',
  };
  return {
    stacks,
    seedOf: async () => seed,
    kubectl: () => ({
      text: async (words: readonly string[]) => {
        if (words[0] === "get")
          return up ? JSON.stringify({ metadata: { annotations }, status: { readyReplicas: 1 } }) : "";
        ran.push(words.join(" "));
        return "";
      },
      // The pod that reads the volume of an agenda is made of its Deployment.
      json: async () => ({
        spec: {
          template: {
            metadata: { labels: {} },
            spec: { containers: [{ name: "front" }], securityContext: {} },
          },
        },
      }),
    }),
    contextOf: () => undefined,
    ask: undefined,
    vaults: async () => [],
    stream: async (words, file) => {
      const content = words.join(" ").includes("mariadb-dump")
        ? "CREATE TABLE x;\n-- Dump completed\n"
        : "tar";
      writeFileSync(file, content);
      return { exitCode: 0, bytes: content.length, sha256: sumOf(content), said: `${sumOf(content)}  -` };
    },
    feed: async (words, file) => {
      ran.push(`${words.join(" ")} < ${file.slice(work.length)}`);
      return { exitCode: 0, said: `${came(file)}  -\n` };
    },
    now: () => new Date("2026-11-27T10:00:00.000Z"),
  } satisfies ImportTools;
}

async function printed(action: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  await action().finally(() => log.mockRestore());
  return lines.join("\n");
}
const imported = (with_: ImportTools, folder: string, ...words: string[]) =>
  printed(() =>
    importTenantCommand(with_).parseAsync(["bron", folder, "--key", key, ...words], { from: "user" }),
  );

/** Makes the archive that the choir took along from a commune that is called as this one is. */
async function archive(more = ""): Promise<string> {
  const stacks = stacksWith(
    {
      "tenants/chorale.yaml": tenantText("chorale", `${applications}${more}`, "enough"),
      "tenants/pages/index.html": "<p>Bonjour",
    },
    communeText(room),
  );
  const folder = join(work, "archive");
  await printed(() =>
    exportTenantCommand(tools(stacks)).parseAsync(["bron", "chorale", "--to", folder], { from: "user" }),
  );
  ran = [];
  return folder;
}

/** A commune at another domain, with nobody yet. */
const elsewhere = (more = room.replace("assos-bron", "assos-ailleurs"), files = {}) =>
  stacksWith(files, communeText(more));

test("an association's file and pages are written first, in the smallest plan that is enough", async () => {
  const folder = await archive('suspended: { since: "2026-11-01", reason: Sur demande. }\n');
  const stacks = elsewhere();
  const said = await imported(tools(stacks), `${folder}/`);
  expect(said).toContain("tenants/chorale.yaml: written, in the plan enough, until 2028-11-27");
  expect(said).toContain(`npx commune tenant import bron ${folder}`);
  const text = readFileSync(join(stacks, "bron/tenants/chorale.yaml"), "utf8");
  expect(text).toContain(
    "# Came from bron (bron.test), where it was chorale, with its archive of 2026-11-27.",
  );
  expect(yaml.load(text)).toEqual({
    ...{ id: "chorale", name: "Chorale des Gratte-Ciel", rna: "W691234567", contact: "bureau@chorale.test" },
    ...{ plan: "enough", expires: "2028-11-27" },
    applications: {
      site: { folder: "chorale" },
      wordpress: { subdomain: "blog" },
      radicale: { access: "members" },
    },
  });
  const loaded = loadCommune(stacks, "bron");
  if (!loaded.ok) throw loaded.error;
  expect(Object.keys(loaded.declaration.associations.chorale?.pages.files ?? {})).toEqual(["index.html"]);
  expect(ran).toEqual([]);
});

test("where it cannot be hosted so, every reason is told and nothing is left", async () => {
  const folder = await archive();
  const stacks = elsewhere("tenants: { domain: assos-ailleurs.test }\n");
  await expect(imported(tools(stacks), folder)).rejects.toThrow("mariadb");
  expect(existsSync(join(stacks, "bron/tenants/chorale.yaml"))).toBe(false);
  expect(existsSync(join(stacks, "bron/tenants/chorale"))).toBe(false);
  await expect(imported(tools(elsewhere("")), folder)).rejects.toThrow("declares no room for associations");
  const taken = elsewhere(undefined, { "tenants/chorale/index.html": "" });
  await expect(imported(tools(taken), folder)).rejects.toThrow("is there already. Give this one another id");
  await imported(tools(taken), folder, "--as", "choeur");
  expect(readFileSync(join(taken, "bron/tenants/choeur.yaml"), "utf8")).toContain("folder: choeur");
});

test("an archive that is not as it was signed is none, and an id of somebody who left is not given away", async () => {
  const folder = await archive();
  const other = publicKeyOf(Buffer.alloc(32, 9));
  await expect(imported(tools(elsewhere()), folder, "--key", other)).rejects.toThrow("is not the signature");
  const line = {
    ...{ id: "chorale", name: "Une autre", at: "2026-06-01", archive: { none: "x" } },
    held: { namespace: { name: "x", uid: "x" }, volumes: [], databases: [] },
  };
  const stacks = stacksWith(
    { "departures.jsonl": `${JSON.stringify(line)}\n` },
    communeText(room.replace("assos-bron", "assos-ailleurs")),
  );
  // Whoever left this commune may come back to it.
  await imported(tools(stacks), folder);
  rmSync(join(stacks, "bron/tenants"), { recursive: true });
  const manifest = join(folder, "manifest.json");
  const foreign: Archive = { ...readArchive(manifest, readFileSync(manifest)), commune: "lyon" };
  const { seal } = await import("../../scripts/tenant/export.ts");
  for (const file of ["manifest.json", "SHA256SUMS", "SHA256SUMS.sig"]) rmSync(join(folder, file));
  const { files: _, key: __, ...said } = foreign;
  await seal(folder, said, Buffer.from(deriveSecret(seed, "bron", descriptorLabel), "base64url"));
  await expect(imported(tools(stacks), folder)).rejects.toThrow("its id stays reserved for 365 days");
});

test("rows, files and addresses are brought into what is up, after a copy of what was there", async () => {
  const folder = await archive();
  const stacks = elsewhere();
  const cluster = tools(stacks);
  await imported(cluster, folder);
  await expect(imported(tools(stacks, { up: false }), folder, "--yes")).rejects.toThrow(
    "wordpress is not up: there is no Deployment t-chorale-wordpress. Apply the declaration first",
  );
  await expect(imported(cluster, folder)).rejects.toThrow(
    "standard input is no terminal: --yes goes on without a question",
  );
  expect(ran).toEqual([]);
  const said = await imported(cluster, folder, "--yes");
  expect(said).toContain(
    "wordpress, at blog.chorale.assos-ailleurs.test instead of blog.chorale.assos-bron.test",
  );
  const before = `${folder}-before-20261127100000`;
  expect(readFileSync(join(before, "wordpress/base.sql"), "utf8")).toContain("CREATE TABLE x");
  const steps = ran
    .filter((line) => !/^(create|wait|delete)/.test(line))
    .map((line) =>
      line
        .replaceAll("\n", " ")
        .replace(/bash -c.*(CREATE OR REPLACE USER|RENAME TABLE).*?( < .*)?$/, "$1$2"),
    );
  expect(steps).toEqual([
    "exec --stdin --namespace=bron-mariadb mariadb-0 --container=mariadb -- CREATE OR REPLACE USER < /archive/wordpress/base.sql",
    "exec --namespace=bron-mariadb mariadb-0 --container=mariadb -- RENAME TABLE",
    `exec --stdin --namespace=bron-t-chorale deployment/t-chorale-wordpress --container=wordpress -- sh -c ${restoringScript().replaceAll("\n", " ")} - sh /config/restore.sh < /archive/wordpress/fichiers.tar`,
    "rollout restart deployment/t-chorale-wordpress --namespace=bron-t-chorale",
    "rollout status deployment/t-chorale-wordpress --namespace=bron-t-chorale --timeout=600s --request-timeout=0",
    "exec --request-timeout=0 --namespace=bron-t-chorale deployment/t-chorale-wordpress --container=wordpress -- php /config/move.php blog.chorale.assos-bron.test blog.chorale.assos-ailleurs.test",
    `exec --stdin --namespace=bron-t-chorale deployment/t-chorale-radicale --container=radicale -- sh -c ${restoringScript().replaceAll("\n", " ")} - sh /config/restore.sh < /archive/radicale/fichiers.tar`,
    "rollout restart deployment/t-chorale-radicale --namespace=bron-t-chorale",
    "rollout status deployment/t-chorale-radicale --namespace=bron-t-chorale --timeout=600s --request-timeout=0",
    "exec --request-timeout=0 --namespace=bron-t-chorale deployment/t-chorale-radicale --container=radicale -- php /config/move.php agenda.chorale.assos-bron.test agenda.chorale.assos-ailleurs.test",
  ]);
});

test("what came cut is told, with what puts back what was there", async () => {
  const folder = await archive();
  const stacks = elsewhere();
  await imported(tools(stacks), folder);
  const cut = tools(stacks, {
    came: (path) => (path.endsWith(".tar") ? sumOf("") : sumOf(readFileSync(path, "utf8"))),
  });
  await expect(imported(cut, folder, "--yes")).rejects.toThrow(
    `wordpress/fichiers.tar: what came into the cluster is not what is in the archive\nWhat stands above is done, the rest is not. Run this again; or put back what was there: npx commune tenant import bron ${folder}-before-20261127100000`,
  );
});

test("rows that came cut are removed from beside the application's own", async () => {
  const folder = await archive();
  const stacks = elsewhere();
  await imported(tools(stacks), folder);
  const cut = tools(stacks, { came: () => sumOf("") });
  await expect(imported(cut, folder, "--yes")).rejects.toThrow(
    "wordpress/base.sql: what came into the cluster",
  );
  expect(ran.at(-1)).toMatch(/^exec .*mariadb-0.* coming=t\w+_import_in .*DROP DATABASE IF EXISTS \$coming/s);
  expect(ran.join("\n")).not.toContain("RENAME TABLE");
});

test("what newer software wrote is not given to older, and what is not declared here is told", () => {
  const here = (name: string, image: string) => ({ name, values: { image }, exit: { files: {} } }) as never;
  const there = (image: string) => ({ applications: { wordpress: { host: "a.test", image } } });
  const of = (theirs: string, ours: string) =>
    arrivingApplications(there(theirs), [here("wordpress", ours)]).newer;
  expect(of("x/wordpress:6.10.1-php8.4", "x/wordpress:6.9.12-php8.4")).toEqual([
    "wordpress was x/wordpress:6.10.1-php8.4 there, and is x/wordpress:6.9.12-php8.4 here",
  ]);
  expect(of("x/wordpress:6.8.3@sha256:99", "y:5000/wordpress:6.8.3@sha256:11")).toEqual([]);
  expect(of("wordpress:6.8", "wordpress:6.8.1")).toEqual([]);
  expect(arrivingApplications(there("x:1"), [here("dokuwiki", "x:1")])).toEqual({
    arriving: [],
    homeless: ["wordpress"],
    newer: [],
  });
});

test("what a container's command reads is summed, all of it, and the command's failure is its own", async () => {
  const run = (command: string, input: string) =>
    execa("sh", ["-c", restoringScript(), "-", "sh", "-c", command], { input, reject: false });
  const text = "abc\n".repeat(100_000);
  const { stdout, stderr, exitCode } = await run("head -c 3", text);
  expect([stdout, stderr, exitCode]).toEqual(["abc", `${sumOf(text)}  -`, 0]);
  expect((await run("exit 3", "abc")).exitCode).toBe(3);
});
