import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { type Fetch, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { databaseName } from "../../components/tenants/applications/database.ts";
import { deleteCommand } from "../../scripts/tenant/delete.ts";
import { sending } from "../../scripts/tenant/exit-pod.ts";
import { type ExitTools, exportTenantCommand } from "../../scripts/tenant/export.ts";
import { verifyCommand } from "../../scripts/tenant/verify.ts";
import { communeText, stacksWith, tenantText } from "../components/tenants/stacks.ts";

const all =
  "applications: { site: {}, wordpress: { subdomain: blog }, dokuwiki: { access: members }, mediawiki: { access: public }, spip: {} }\n";
const seed = Buffer.alloc(32, 5).toString("base64");
const key = publicKeyOf(Buffer.from(deriveSecret(seed, "bron", descriptorLabel), "base64url"));

let folder: string;
let asked: string[][];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "exit-")), "archive");
  asked = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(join(folder, ".."), { recursive: true });
});

/** Tools with what a pod would send, and what it says beside: not a cluster. One folder of declarations for each. */
function tools(text: (words: readonly string[]) => string, said = "", more = ""): ExitTools {
  const files = { "tenants/chorale.yaml": tenantText("chorale", `${all}${more}`) };
  const large = `tenants: { domain: assos-bron.test, mariadb: {}, plans: { small: { storage: 5 GiB, memory: 2 GiB, cpu: 4 cores } } }\n`;
  return {
    stacks: stacksWith(files, communeText(large)),
    seedOf: async () => seed,
    kubectl: () => ({
      text: () => Promise.reject(new Error("no pod is to be made")),
      json: async () => ({}),
    }),
    contextOf: () => "mairie",
    stream: async (words, file) => {
      asked.push([...words]);
      const content = text(words);
      writeFileSync(file, content);
      const sha256 = createHash("sha256").update(content).digest("hex");
      return { exitCode: 0, bytes: content.length, sha256, said: said || `${sha256}  -` };
    },
    now: () => new Date("2026-11-27T10:00:00.000Z"),
    vaults: async () => [],
  };
}
const dump = (words: readonly string[]) =>
  words.join(" ").includes("mariadb-dump") ? "CREATE TABLE x;\n-- Dump completed on x\n" : "tar";

async function printed(action: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  await action();
  vi.restoreAllMocks();
  return lines.join("\n");
}
const exported = (with_: ExitTools) =>
  printed(() => exportTenantCommand(with_).parseAsync(["bron", "chorale", "--to", folder], { from: "user" }));
const verified = (...words: string[]) =>
  printed(() => verifyCommand().parseAsync([folder, ...words], { from: "user" }));

test("an association takes along plain files, what to do with them, and the commune's signature", async () => {
  const said = await exported(tools(dump));
  expect(said).toContain(`all that chorale has, signed by bron`);
  expect(readdirSync(folder).sort()).toEqual(
    ["LISEZMOI.md", "SHA256SUMS", "SHA256SUMS.sig", "cle-de-la-commune.pem", "dokuwiki"].concat([
      "fiche.yaml",
      "manifest.json",
      "mediawiki",
      "site",
      "spip",
      "wordpress",
    ]),
  );
  for (const withRows of ["wordpress", "mediawiki"])
    expect(readdirSync(join(folder, withRows)).sort()).toEqual(["base.sql", "export.xml", "fichiers.tar"]);
  expect(asked.map((words) => words.slice(0, 4).join(" "))).toEqual([
    "--context=mairie exec --namespace=bron-mariadb mariadb-0",
    "--context=mairie exec --namespace=bron-t-chorale deployment/t-chorale-wordpress",
    "--context=mairie exec --namespace=bron-t-chorale deployment/t-chorale-wordpress",
    "--context=mairie exec --namespace=bron-t-chorale deployment/t-chorale-dokuwiki",
    "--context=mairie exec --namespace=bron-mariadb mariadb-0",
    "--context=mairie exec --namespace=bron-t-chorale deployment/t-chorale-mediawiki",
    "--context=mairie exec --namespace=bron-t-chorale deployment/t-chorale-mediawiki",
    "--context=mairie exec --namespace=bron-mariadb mariadb-0",
    "--context=mairie exec --namespace=bron-t-chorale deployment/t-chorale-spip",
  ]);
  expect(await verified()).toContain(`Signed by ${key}: is that the key at https://bron.test/`);
  expect(await verified("--key", key)).toContain(
    "all 14 files of chorale are as bron signed them on 2026-11-27",
  );
  const text = readFileSync(join(folder, "LISEZMOI.md"), "utf8");
  expect(text).toContain("le 27 novembre 2026");
  expect(text).toContain("option_value = 'Chorale des Gratte-Ciel' WHERE");
  expect(text).toContain("$wgServer = 'https://encyclopedie.chorale.assos-bron.test';");
  expect(text).toContain("Avec la même adresse (journal.chorale.assos-bron.test), c’est fini");
  expect(text).not.toMatch(/undefined|\\`/);
});

test("who is on its mailing lists comes along from the commune's, where it has some", async () => {
  const more = "mail: { relay: smtp.bron.test }\ndirectory: {}\nlists: {}\n";
  const own = (lists: string) => {
    const room = `tenants: { domain: assos-bron.test }\n${more}`;
    const file = tenantText("chorale", `applications: { site: {} }\n${lists}`);
    return { ...tools(dump), stacks: stacksWith({ "tenants/chorale.yaml": file }, communeText(room)) };
  };
  await exported(own("lists: { bureau: { purpose: Le bureau } }\n"));
  expect(asked.at(-1)?.slice(0, 9).join(" ")).toBe(
    "--context=mairie exec --namespace=bron-lists deployment/lists --container=sympa -- bash -c " +
      sending('"$@"'),
  );
  expect(asked.at(-1)?.slice(-3)).toEqual(["perl", "/opt/lists/people.pl", "chorale.assos-bron.test"]);
  expect(readdirSync(join(folder, "listes"))).toEqual(["personnes.csv"]);
  expect(readFileSync(join(folder, "LISEZMOI.md"), "utf8")).toContain(
    "- `listes/personnes.csv` : qui est sur vos listes de diffusion",
  );
  expect(await verified("--key", key)).toContain("of chorale are as bron signed them");
  rmSync(folder, { recursive: true });
  await exported(own(""));
  expect(existsSync(join(folder, "listes"))).toBe(false);
});

test("its sums and its signature are checked by programs that everybody has", async () => {
  await exported(tools(dump));
  const run = (program: string, ...words: string[]) => execa(program, words, { cwd: folder, reject: false });
  expect((await run("sha256sum", "--strict", "-c", "SHA256SUMS")).exitCode).toBe(0);
  const line = /^openssl (.*)$/m.exec(readFileSync(join(folder, "LISEZMOI.md"), "utf8"))?.[1] ?? "";
  expect((await run("openssl", ...line.split(" "))).stdout).toContain("Signature Verified Successfully");
  appendFileSync(join(folder, "SHA256SUMS"), "x");
  expect((await run("openssl", ...line.split(" "))).exitCode).not.toBe(0);
});

test("whatever is changed in it is told", async () => {
  await exported(tools(dump));
  const other = publicKeyOf(Buffer.alloc(32, 9));
  await expect(verified("--key", other)).rejects.toThrow(`is not the signature of SHA256SUMS by ${other}`);
  appendFileSync(join(folder, "wordpress", "base.sql"), "DROP TABLE x;");
  writeFileSync(join(folder, "wordpress", "more.php"), "");
  rmSync(join(folder, "dokuwiki", "fichiers.tar"));
  await expect(verified()).rejects.toThrow(
    /wordpress\/more.php was not in it\n {2}dokuwiki\/fichiers.tar is missing\n {2}wordpress\/base.sql is another file/,
  );
  const sums = readFileSync(join(folder, "SHA256SUMS"), "utf8");
  writeFileSync(join(folder, "SHA256SUMS"), sums.replace("chorale", "judo"));
  await expect(verified()).rejects.toThrow(/is of another archive[\s\S]*is not the signature/);
  rmSync(join(folder, "SHA256SUMS.sig"));
  await expect(verified()).rejects.toThrow("has no SHA256SUMS.sig");
});

test("nothing is called an archive that came cut, and what was retired is refused before", async () => {
  await expect(exported(tools(() => "CREATE TABLE x;\n"))).rejects.toThrow(
    "base.sql could not be brought: the dump is cut",
  );
  expect(existsSync(folder)).toBe(false);
  await expect(exported(tools(dump, `${"0".repeat(64)}  -`))).rejects.toThrow("is not what was sent");
  await expect(exported(tools(dump, "Error from server: gone"))).rejects.toThrow("Error from server: gone");
  await expect(exported(tools(dump, "", "retired: { since: 2026-11-27 }\n"))).rejects.toThrow(
    "is retired since 2026-11-27",
  );
});

test("what a pod prints comes with its own sum, and fails as the command does", async () => {
  const { stdout, stderr } = await execa("bash", ["-c", sending("printf abc")]);
  expect([stdout, stderr]).toEqual(["abc", `${createHash("sha256").update("abc").digest("hex")}  -`]);
  expect((await execa("bash", ["-c", sending("printf abc; false")], { reject: false })).exitCode).toBe(1);
});

/** A cluster that has what its namespace and the server have, as long as `has` says so: not a real one. */
function clusterTools(has: { namespace: boolean; rows: boolean }): ExitTools {
  const meta = (name: string, uid: string) => ({ metadata: { name, uid }, spec: { volumeName: "pvc-1" } });
  return {
    ...tools(dump),
    kubectl: () => ({
      text: async () => (has.rows ? `${database}\n${database}_in\nroot` : "root"),
      json: async ([, kind, name]) => {
        if (kind === "namespace") return meta(String(name), "uid-1");
        if (kind === "namespaces")
          return {
            items: [
              meta("bron-mariadb", "uid-0"),
              ...(has.namespace ? [meta("bron-t-chorale", "uid-1")] : []),
            ],
          };
        if (kind === "persistentvolumes") return { items: has.namespace ? [meta("pvc-1", "uid-2")] : [] };
        return { items: [meta("t-chorale-wordpress-uploads", "uid-3")] };
      },
    }),
  };
}
const database = databaseName({ commune: "bron", id: "chorale" }, "wordpress");

test("an association is erased step by step, after its archive, and proved to be gone when it is", async () => {
  const has = { namespace: true, rows: true };
  const cluster = clusterTools(has);
  const path = join(cluster.stacks, "bron", "tenants", "chorale.yaml");
  const erase = (...words: string[]) =>
    printed(() => deleteCommand(cluster).parseAsync(["bron", "chorale", ...words], { from: "user" }));
  const before = readFileSync(path, "utf8");
  await expect(erase()).rejects.toThrow("has taken nothing along");
  await exported(cluster);
  appendFileSync(join(folder, "fiche.yaml"), "#");
  await expect(erase("--archive", folder)).rejects.toThrow("fiche.yaml is another file");
  writeFileSync(join(folder, "fiche.yaml"), before);
  expect(readFileSync(path, "utf8")).toBe(before);

  expect(await erase("--archive", folder)).toContain("first of three steps");
  expect(readFileSync(path, "utf8")).toBe(`${before}retired: { since: "2026-11-27" }\n`);
  expect(await erase()).toContain("second of three steps");
  expect(readFileSync(path, "utf8")).toBe(`${before}retired: { since: "2026-11-27", data: "released" }\n`);
  expect(await erase()).toContain("last of three steps");
  expect(existsSync(path)).toBe(false);

  const proof = join(folder, "..", "proof");
  await expect(erase()).rejects.toThrow("--proof <folder>");
  await expect(erase("--proof", proof)).rejects.toThrow(
    `there is still: namespace bron-t-chorale, volume pvc-1, database or user ${database}, database or user ${database}_in`,
  );
  has.namespace = false;
  await expect(erase("--proof", proof)).rejects.toThrow(`there is still: database or user ${database}`);
  expect(existsSync(proof)).toBe(false);
  has.rows = false;
  await erase("--proof", proof);
  await printed(() => verifyCommand().parseAsync([proof, "--key", key], { from: "user" }));
  const text = readFileSync(join(proof, "LISEZMOI.md"), "utf8");
  expect(text).toContain("Le 27 novembre 2026");
  for (const gone of ["bron-t-chorale", "uid-1", "pvc-1", database]) expect(text).toContain(gone);
  const sums = createHash("sha256")
    .update(readFileSync(join(folder, "SHA256SUMS")))
    .digest("hex");
  expect(text).toContain(sums);
});

test("a database server of its own is asked for its rows, and proved to be gone with it", async () => {
  const has = { namespace: true, rows: true };
  const shared = clusterTools(has);
  const own = "applications: { wordpress: {} }\ndedicatedDatabase: {}\n";
  const stacks = stacksWith({ "tenants/chorale.yaml": tenantText("chorale", own) }, communeText());
  const cluster: ExitTools = {
    ...shared,
    stacks,
    kubectl: (...of) => {
      const { json } = shared.kubectl(...of);
      return {
        text: () => Promise.reject(new Error("no server is to be asked")),
        json: async (words) =>
          words[1] === "namespaces" && has.rows
            ? { items: [{ metadata: { name: "bron-db--chorale", uid: "uid-4" } }] }
            : words[2] === "bron-db--chorale"
              ? { metadata: { name: "bron-db--chorale", uid: "uid-4" } }
              : json(words),
      };
    },
  };
  await exported(cluster);
  expect(asked.map((words) => words.slice(0, 4).join(" "))[0]).toBe(
    "--context=mairie exec --namespace=bron-db--chorale db--chorale-0",
  );
  const erase = (...words: string[]) =>
    printed(() => deleteCommand(cluster).parseAsync(["bron", "chorale", ...words], { from: "user" }));
  await erase("--archive", folder);
  for (const _ of [2, 3]) await erase();
  const proof = join(folder, "..", "proof");
  await expect(erase("--proof", proof)).rejects.toThrow("there is still: namespace bron-db--chorale");
  Object.assign(has, { rows: false, namespace: false });
  await erase("--proof", proof);
  const text = readFileSync(join(proof, "LISEZMOI.md"), "utf8");
  expect(text).toContain("- l’espace `bron-db--chorale` (uid-4), celui de son serveur de base de données ;");
  expect(text).toContain(database);
});

test("a proof counts the encrypted copies that vaults still have, each with its last day, and tells them that nothing follows", async () => {
  const cluster = clusterTools({ namespace: false, rows: false });
  const generation = (name: string, until?: string) => ({ name, until, isComplete: true });
  const generations = [
    generation("t-chorale-wordpress/files-2026q3", "2026-12-29"),
    generation("t-chorale-wordpress/files-2026q4", "2027-03-31"),
    generation("t-chorale-enfants-dokuwiki/files-2026q4", "2027-03-31"),
    generation("nextcloud/files-2026q4", "2027-03-31"),
  ];
  const put: string[] = [];
  let answers = false;
  const asks: Fetch = async (address, { method, body }) => {
    if (!answers) throw new Error("no route");
    const { pathname } = new URL(address);
    if (method === "POST") put.push(`${pathname} ${Buffer.from(body ?? []).toString()}`);
    return Response.json(method === "GET" ? { generations } : {});
  };
  cluster.vaults = async () => [
    new OpenVault("lyon", { address: "https://v.test", user: "u", password: "p" }, asks),
  ];
  const erase = (...words: string[]) =>
    printed(() => deleteCommand(cluster).parseAsync(["bron", "chorale", ...words], { from: "user" }));
  await erase("--without-archive", "L’association n’en veut pas.");
  for (const _ of [2, 3]) await erase();
  await expect(erase("--proof", folder)).rejects.toThrow("no route");
  expect(existsSync(folder)).toBe(false);
  answers = true;
  await erase("--proof", folder);
  const text = readFileSync(join(folder, "LISEZMOI.md"), "utf8");
  expect(text).toContain("- à lyon, `t-chorale-wordpress/files-2026q3`, jusqu’au 29 décembre 2026 ;");
  expect(text).toContain("La dernière expire donc le 31 mars 2027.");
  expect(text).not.toMatch(/enfants|nextcloud/);
  expect(put).toEqual([
    "/once/ended-t-chorale-wordpress-files-2026q3 2026-11-27\n",
    "/once/ended-t-chorale-wordpress-files-2026q4 2026-11-27\n",
  ]);
});

test("services of the commune forget it before the proof, and one that is retired is told to", async () => {
  const text = (lists: string) =>
    communeText(
      `tenants: { domain: assos-bron.test, mariadb: {}, plans: { small: { storage: 5 GiB, memory: 2 GiB, cpu: 4 cores } } }\nmail: { relay: smtp.bron.test }\ndirectory: {}\nlists: ${lists}\n`,
    );
  const stacks = stacksWith({ "tenants/chorale.yaml": tenantText("chorale", all) }, text("{}"));
  const { kubectl: made, ...others } = clusterTools({ namespace: false, rows: false });
  const generations = ["lists/files-2026q4", "database/base-2026q4", "nextcloud/files-2026q4"].map(
    (name) => ({
      ...{ name, until: "2027-03-31", isComplete: true },
    }),
  );
  const put: string[] = [];
  const asks: Fetch = async (_, { method }) => {
    if (method === "POST") put.push("ended");
    return Response.json({ generations });
  };
  const access = { address: "https://v.test", user: "u", password: "p" };
  others.vaults = async () => [new OpenVault("lyon", access, asks)];
  const said: string[] = [];
  const kubectl: ExitTools["kubectl"] = (...of) => ({
    ...made(...of),
    text: async (words) => {
      said.push(words.join(" "));
      return words.includes("perl") ? "12 rows, 3 files\n" : "root";
    },
  });
  const erase = (...words: string[]) =>
    printed(() =>
      deleteCommand({ ...others, stacks, kubectl }).parseAsync(["bron", "chorale", ...words], {
        from: "user",
      }),
    );
  await erase("--without-archive", "L’association n’en veut pas.");
  for (let left = 2; left > 0; left--) await erase();
  const proof = join(folder, "..", "proof-lists");
  const commune = join(stacks, "bron", "commune.yaml");
  writeFileSync(commune, text('{ retired: { since: "2026-11-27" } }'));
  await expect(erase("--proof", proof)).rejects.toThrow("Sympa is retired in bron, and may keep something");
  writeFileSync(commune, text("{}"));
  await erase("--proof", proof);
  expect(said.filter((words) => words.includes("perl"))).toEqual([
    "exec --namespace=bron-lists deployment/lists --container=sympa -- perl /opt/lists/erase.pl chorale.assos-bron.test",
  ]);
  const proved = readFileSync(join(proof, "LISEZMOI.md"), "utf8");
  expect(proved).toContain(
    "Et, pour autant qu’elle en avait, dans les services de toute la commune :\n\n- de ses listes de diffusion, qui y était inscrit et ce qui y attendait ;\n\n",
  );
  // Their copies go on, and have had what is gone.
  for (const kept of ["lists/files-2026q4", "database/base-2026q4"])
    expect(proved).toContain(`- à lyon, \`${kept}\`, jusqu’au 31 mars 2027 ;`);
  expect(proved).toContain("elles ont pu garder ce que l’association y avait");
  expect(proved).not.toContain("nextcloud");
  expect(put).toEqual([]);
  expect(proved).toContain("Les comptes de ses membres sont à eux, dans l’annuaire de la commune");
});

test("without an archive the proof says why, and an id that nobody had is none to erase", async () => {
  const cluster = clusterTools({ namespace: false, rows: false });
  const erase = (id: string, ...words: string[]) =>
    printed(() => deleteCommand(cluster).parseAsync(["bron", id, ...words], { from: "user" }));
  await expect(erase("judo")).rejects.toThrow("hosts no association judo, and none of that id has left");
  await erase("chorale", "--without-archive", "L’association n’en veut pas.");
  for (const _ of [2, 3]) await erase("chorale");
  await erase("chorale", "--proof", folder);
  expect(readFileSync(join(folder, "LISEZMOI.md"), "utf8")).toContain(
    "Aucune archive n’a été remise : L’association n’en veut pas.",
  );
});
