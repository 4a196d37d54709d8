import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { chainOf, manifestOf, newest } from "../../components/recovery/points/chain.ts";
import { heldAt } from "../../components/recovery/points/read.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import { Metropolis, smallServices } from "./federation/metropolis.ts";
import { type Asked, Held, lyingAt, statements, takingAway } from "./restore-point/attack.ts";
import { Recovering } from "./restore-point/recovering.ts";

/** A commune with documents, and two that keep its copies. */
const members = [
  { id: "chassieu", insee: "69271", domain: "chassieu.test" },
  { id: "genay", insee: "69278", domain: "genay.test" },
  { id: "solaize", insee: "69296", domain: "solaize.test" },
];
const [, ...hosts] = members.map(({ id }) => id);
const owner = { commune: "chassieu", service: "nextcloud" };
const namespace = "chassieu-nextcloud";

const cluster = openCluster(inject("cluster"));
let metropolis: Metropolis;
let recovering: Recovering;

const kubectl = (...words: string[]) => metropolis.kubectl(...words);
const inPhp = (script: string) =>
  kubectl("-n", namespace, "exec", "deployment/nextcloud", "--container=php", "--", "sh", "-euc", script);
const sql = (text: string, database = "nextcloud") =>
  kubectl(
    ...[
      "-n",
      "chassieu-database",
      "exec",
      "database-0",
      "--",
      "psql",
      "--username=postgres",
      "--tuples-only",
    ],
    ...["--no-align", `--dbname=${database}`, "--command", text],
  );

/** What the command prints, and its exit code. */
const recovery = (...words: string[]) => recovering.run(recoveryCommand, words);
const restore = (...words: string[]) =>
  recovering.run(restoreCommand, ["chassieu", "--service", "nextcloud", "--yes", ...words]);

const point = () => recovery("point", "chassieu", "--service", "nextcloud");

/** The newest manifest, opened with the password that lies in the namespace. */
async function newestManifest() {
  const held = await Promise.all(
    Object.entries(recovering.outputs.vaults ?? {}).map(([host, access]) =>
      heldAt(new OpenVault(host, access, recovering.fetch), owner.service),
    ),
  );
  const { publicKey } = recovering.outputs.federation as unknown as { publicKey: string };
  const last = newest(chainOf(held, { owner, publicKey }));
  const password = await kubectl(
    ...["-n", namespace, "get", "secret", "restore-point", "-o", "jsonpath={.data.repository-password}"],
  );
  if (last === undefined) throw new Error("no point");
  return manifestOf(last, Buffer.from(password, "base64").toString("utf8"));
}

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  metropolis.know({ chassieu: { stack: "chassieu" }, genay: { stack: "genay" } });
  metropolis.declare(
    "chassieu",
    { with: "all" },
    { nextcloud: smallServices.nextcloud, recovery: { rpo: "1 minute", vaults: hosts } },
  );
  for (const host of hosts) {
    // The second one keeps copies of the first one too.
    const guests = host === "solaize" ? ["chassieu", "genay"] : ["chassieu"];
    const room = Object.fromEntries(guests.map((id) => [id, { space: "1 GiB" }]));
    metropolis.declare(host, { with: "all" }, { recovery: { host: room } });
  }
  for (const { id } of members) await metropolis.createStack(id);
  for (const { id } of members) await metropolis.project.up(id);
  recovering = await Recovering.of(cluster, metropolis, owner.commune);
  await inPhp(
    "mkdir -p /var/www/data/anna/files; for i in $(seq 300); do head -c 5000 /dev/urandom > /var/www/data/anna/files/$i; done; chmod 600 /var/www/data/anna/files/7",
  );
  await sql(
    "SET ROLE nextcloud; CREATE TABLE minutes AS SELECT id, md5(id::text) FROM generate_series(1, 1000) AS id",
  );
});

afterAll(async () => {
  await recovering.end();
  await metropolis.project.end(...members.map(({ id }) => id));
});

/** A server beside the one that serves, and the log up to a moment: beside other files on two processors that takes minutes. */
const whileOthersRun = 20 * 60_000;

test("a point is taken on demand, whole, and is at both vaults", async () => {
  const began = Date.now();
  const { said, code } = await point();
  expect([said, code]).toEqual([expect.stringMatching(/^nextcloud: .*Z-000001$/), undefined]);
  console.log(`First restore point of 300 files and 1000 rows: ${Date.now() - began} ms.`);
  const manifest = await newestManifest();
  expect(manifest).toMatchObject({ ...owner, sequence: 1, reason: "hand", complete: true });
  const [dump, code0, data] = manifest.parts;
  expect(dump).toMatchObject({ kind: "dump", rows: { "public.minutes": 1000 } });
  expect(code0).toMatchObject({ kind: "files", volume: "nextcloud" });
  expect(data).toMatchObject({ kind: "files", volume: "nextcloud-data" });
  expect(data?.kind === "files" ? data.files : 0).toBeGreaterThanOrEqual(300);
  expect(await recovery("points", "chassieu")).toEqual({
    said: expect.stringMatching(/^nextcloud: 1 restore point\n {2}\S+-000001 {2}genay, solaize$/),
    code: undefined,
  });
});

test("the commune says so to everybody, and those that it federates with remember it", async () => {
  const remembered = async () =>
    (await recovering.surroundings.descriptors(["genay", "solaize"])).map(({ peers }) =>
      peers.find(({ id }) => id === "chassieu")?.points?.nextcloud?.map(({ count }) => count),
    );
  await expect.poll(remembered, { timeout: 240_000, interval: 2000 }).toEqual([[1], [1]]);
});

test("a run that is killed half-way leaves no point, and the next one is whole", async () => {
  await inPhp("head -c 60000000 /dev/urandom > /var/www/data/anna/files/large");
  const job = "killed";
  await kubectl("-n", namespace, "create", "job", job, "--from=cronjob/restore-point");
  const state = async () => {
    const path = "jsonpath={.items[*].status.containerStatuses[*].state.running.startedAt}";
    return kubectl("-n", namespace, "get", "pods", `--selector=job-name=${job}`, "-o", path);
  };
  await expect.poll(state, { timeout: 120_000, interval: 100 }).not.toBe("");
  // No other pod is made in its place, and this one ends at once.
  await kubectl("-n", namespace, "delete", "job", job, "--cascade=orphan");
  await kubectl(
    "-n",
    namespace,
    "delete",
    "pods",
    `--selector=job-name=${job}`,
    "--grace-period=0",
    "--force",
  );
  expect((await recovery("points", "chassieu")).said).toMatch(/^nextcloud: 1 restore point\n/);
  const began = Date.now();
  expect((await point()).said).toMatch(/-000002$/);
  console.log(`Restore point with 60 MB more: ${Date.now() - began} ms.`);
  expect(
    (await newestManifest()).parts.find((part) => part.kind === "files" && part.files > 300),
  ).toBeDefined();
});

test("a point of what did not change takes ten seconds of processor time at most", async () => {
  await point();
  const began = Date.now();
  expect((await point()).said).toMatch(/^nextcloud: .*Z-000004$/);
  const jobs = await kubectl(
    "-n",
    namespace,
    "get",
    "jobs",
    // Background jobs begin in the same minute.
    "--selector=app.kubernetes.io/component=restore-point",
    "--sort-by=.metadata.creationTimestamp",
    "-o",
    "name",
  );
  const logs = await kubectl(
    "-n",
    namespace,
    "logs",
    jobs.trim().split("\n").at(-1) ?? "",
    "--all-containers",
  );
  const seconds = [...logs.matchAll(/: done in ([\d.]+) s of processor time/g)].map(([, figure]) =>
    Number(figure),
  );
  const sum = seconds.reduce((total, each) => total + each, 0);
  console.log(
    `Unchanged, 301 files and 1000 rows: ${Date.now() - began} ms, ${sum.toFixed(1)} s of processor time (${seconds.join(" + ")}).`,
  );
  expect(seconds).toHaveLength(3);
  expect(sum).toBeLessThan(10);
});

test("nobody but the pods of points reaches the vaults' passwords, and no other pod has them", async () => {
  const pods = JSON.parse(await kubectl("-n", namespace, "get", "pods", "-o", "json")) as {
    items: {
      metadata: { labels: Record<string, string> };
      spec: { volumes: { secret?: { secretName: string } }[] };
    }[];
  };
  const having = pods.items
    .filter(({ spec }) => spec.volumes.some(({ secret }) => secret?.secretName === "restore-point"))
    .map(({ metadata }) => metadata.labels["app.kubernetes.io/component"]);
  expect(new Set(having)).toEqual(new Set(["restore-point"]));
});

test("who holds a service's pod of points takes away nothing at a vault or from a keeper, and reads nothing of others", async () => {
  const held = new Held(recovering.surroundings.kubectl, namespace);
  await held.begin();
  const [access, other] = ["genay", "solaize"].map((host) => recovering.outputs.vaults?.[host]);
  if (access === undefined || other === undefined) throw new Error("no vaults");
  const vault = new OpenVault("genay", access, recovering.fetch);
  const before = await lyingAt(vault);
  const named = (start: string) =>
    before.repositories.filter(({ repository }) => repository.startsWith(start));
  const [files, base] = [named("nextcloud/files-"), named("database/base-")];
  const asked: [Asked, number[]][] = [
    [{ vault: "genay", method: "GET", path: "/status" }, [200]],
    ...takingAway("genay", before.once[0] ?? "", [...files, ...base]),
    // The password at one host opens no other one's, and nobody else's vault there.
    [{ vault: "genay", password: "solaize", method: "GET", path: "/status" }, [401]],
    ...["chassieu", "genay"].map((user): [Asked, number[]] => [
      {
        ...{ vault: "solaize", address: other.address.replace("vault-chassieu", "vault-genay"), user },
        ...{ method: "GET", path: "/status" },
      },
      [401],
    ]),
  ];
  const ipOf = (space: string) =>
    kubectl("-n", space, "get", "pods", "-o", "jsonpath={.items[0].status.podIP}");
  const [database = "", ...closed] = await Promise.all(
    ["database", "database-keeper"]
      .map((name) => ipOf(`chassieu-${name}`))
      .concat(ipOf("genay-vault-chassieu")),
  );
  const { open, answers } = await held.ask(
    asked.map(([each]) => each),
    [[database, 5432], ...closed.flatMap((ip) => [8080, 8081].map((at) => [ip, at] as const))],
  );
  expect(open).toEqual([true, false, false, false, false]);
  expect(asked.length).toBeGreaterThan(25);
  for (const [index, [each, expected]] of asked.entries())
    expect(expected, `${each.method} ${each.path} as ${each.user ?? "itself"}`).toContain(answers[index]);

  // The database's repositories lie in the same vault, and the service's password opens none.
  const address = (repository = "") =>
    `rest:https://${access.user}:${access.password}@${new URL(access.address).host}/${repository}/`;
  expect(await held.opens(address(files[0]?.repository))).toBe("ended with 0");
  expect(await held.opens(address(base[0]?.repository))).toMatch(
    /wrong password or no key found(.|\n)*ended with (1|12)$/,
  );
  expect(await held.inDatabase()).toEqual([...statements, "log"].map((each) => `refused: ${each}`));
  const seen = await held.sees();
  for (const absent of ["spool", "kubernetes.io"]) expect(seen).not.toContain(absent);
  // The keeper goes on shipping meanwhile, into generations of its own.
  const after = await lyingAt(vault);
  expect(after.once).toEqual(expect.arrayContaining([...before.once]));
  for (const { repository, files: were } of [...files, ...base])
    expect(after.repositories).toContainEqual({ repository, files: were });
  await held.end();
});

test("the files of a point come back beside those of now, and those of now again", async () => {
  // Written through the front door, so that rows and files know each other.
  const sums = () =>
    inPhp(
      "cd /var/www/data && find anna -type f -exec sha256sum {} + | sort -k 2; cat /var/www/html/version.php | sha256sum",
    );
  const id = /^nextcloud: (.*)$/.exec((await point()).said)?.[1] ?? "";
  const then = await sums();
  const rows = await sql("SELECT count(*), sum(hashtext(md5)) FROM minutes");
  await inPhp("cd /var/www/data/anna/files && rm 1 2 3 && echo changed > 4 && echo new > since");
  const now = await sums();
  expect(now).not.toBe(then);
  const began = Date.now();
  const { said, code } = await restore("--point", id);
  console.log(`Restore of files: ${Date.now() - began} ms\n${said}`);
  expect(code).toBeUndefined();
  expect(said).toContain("come back: 3 files that went since");
  expect(await sums()).toBe(then);
  expect(await sql("SELECT count(*), sum(hashtext(md5)) FROM minutes")).toBe(rows);
  const fingerprint = () => inPhp("cd /var/www/html && php occ config:system:get data-fingerprint || true");
  expect((await fingerprint()).trim()).toMatch(/^[0-9a-f]{32}$/);
  await restore("--point", id, "--undo");
  expect(await sums()).toBe(now);
  await restore("--point", id, "--release");
  expect((await inPhp("ls -a /var/www/data")).includes(".restore-")).toBe(false);
});

test("one person's folder comes back from a point, and everything else is equal to the byte, rows too", async () => {
  await inPhp(
    "cd /var/www/data/anna/files && mkdir -p Mairie && for i in 1 2 3; do head -c 5000 /dev/urandom > Mairie/$i; done",
  );
  const id = /^nextcloud: (.*)$/.exec((await point()).said)?.[1] ?? "";
  const folder = "anna/files/Mairie";
  // Nextcloud writes its log and what it knows of a folder's files whenever it is told to read one.
  const all = (where: string) =>
    inPhp(`cd /var/www/data && find . ${where} -type f -not -name '*.log' -exec sha256sum {} + | sort -k 2`);
  const inFolder = `-path './${folder}/*'`;
  const outside = "-not -path './anna/files/Mairie/*' -not -path '*/.restore-*'";
  const then = await all(inFolder);
  await inPhp("cd /var/www/data/anna/files && rm Mairie/1 && echo changed > Mairie/2 && echo changed > 5");
  const [now, elsewhere] = [await all(inFolder), await all(outside)];
  const rows = () =>
    sql("SELECT (SELECT count(*) FROM minutes), (SELECT string_agg(uid, ',' ORDER BY uid) FROM oc_users)");
  const people = await rows();
  const { said, code } = await restore("--point", id, "--only", folder);
  expect([code, said]).toEqual([undefined, expect.stringContaining("1 that went since come back")]);
  expect(await all(inFolder)).toBe(then);
  expect(await all(outside)).toBe(elsewhere);
  expect(await rows()).toBe(people);
  await restore("--point", id, "--only", folder, "--undo");
  expect(await all(inFolder)).toBe(now);
  expect(await all(outside)).toBe(elsewhere);
  await restore("--point", id, "--only", folder, "--release");
});

test(
  "a service goes back to a second before a wrong occ command, with the files of the point before; its neighbour on the server does not, and everybody else's files are equal to the byte",
  async () => {
    await inPhp(
      "OC_PASS='un mot de passe de Berthe' php /var/www/html/occ user:add --password-from-env berthe; mkdir -p /var/www/data/berthe/files; for i in $(seq 50); do head -c 5000 /dev/urandom > /var/www/data/berthe/files/$i; done",
    );
    await sql("CREATE DATABASE neighbour", "postgres");
    const id = /^nextcloud: (.*)$/.exec((await point()).said)?.[1] ?? "";
    const berthe = async () => [
      // Other accounts get passwords anew when the service starts.
      await sql("SELECT * FROM oc_users WHERE uid = 'berthe'"),
      await inPhp("cd /var/www/data && find berthe -type f -exec sha256sum {} + | sort -k 2"),
    ];
    const then = await berthe();
    const at = (
      await sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)
    ).trim();
    // The double leaves a deleted account's home, which the real command removes (UserDeletedFilesCleanupListener).
    await inPhp("php /var/www/html/occ user:delete berthe && rm -r /var/www/data/berthe");
    await sql("CREATE TABLE since AS SELECT 1 AS n", "neighbour");
    const now = await berthe();
    expect(now).not.toEqual(then);
    const status = ["exec", "keeper-0", "--container=ship", "--", "cat", "/spool/status.json"];
    const shipped = async () => {
      // Something has to be written for the log to reach beyond the moment.
      await sql("INSERT INTO since VALUES (2)", "neighbour");
      const text = await kubectl("-n", "chassieu-database-keeper", ...status);
      return Date.parse((JSON.parse(text) as KeeperStatus).shipped?.until ?? "");
    };
    await expect.poll(shipped, { timeout: 180_000, interval: 2000 }).toBeGreaterThan(Date.parse(at));
    const others = () =>
      inPhp(
        "cd /var/www/data && find . -type f -not -path './berthe/*' -not -path './.restore-*' -not -name '*.log' -exec sha256sum {} + | sort -k 2",
      );
    const elsewhere = await others();
    const neighbour = "SELECT count(*) > 0 FROM since";
    const began = Date.now();
    const { said, code } = await restore("--point", id, "--at", at);
    console.log(`Rows of a moment, and files: ${Date.now() - began} ms\n${said}`);
    expect(code).toBeUndefined();
    expect(said).toMatch(/public\.oc_users: \d+ then, \d+ now/);
    expect(await berthe()).toEqual(then);
    expect(await others()).toBe(elsewhere);
    expect((await sql(neighbour, "neighbour")).trim()).toBe("t");
    expect((await inPhp("php /var/www/html/occ config:system:get data-fingerprint")).trim()).toMatch(
      /^[0-9a-f]{32}$/,
    );
    const objects = ["get", "secrets,networkpolicies,jobs,configmaps", "-o", "name"];
    expect(await kubectl("-n", "chassieu-database", ...objects)).not.toContain("moment-");
    await restore("--point", id, "--at", at, "--undo");
    expect(await berthe()).toEqual(now);
    await restore("--point", id, "--at", at, "--release");
    const left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'nextcloud-%'";
    expect((await sql(left, "postgres")).trim()).toBe("0");
  },
  whileOthersRun,
);
