import { describe, expect, test } from "vitest";
import { announcements, changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { dataHoldersOf } from "../../../components/commune/holders.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { publicHosts } from "../../../components/commune/public-hosts.ts";
import { published } from "../../../components/commune/publish.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { recoveryProblems } from "../../../components/recovery/check.ts";
import { readBasic, readPassword, vaultPassword } from "../../../components/recovery/vault/access.ts";
import { vaultDeployment, vaultSettings } from "../../../components/recovery/vault/manifests.ts";
import {
  onceName,
  readRepository,
  seriesOf,
  serviceOfOnce,
} from "../../../components/recovery/vault/names.ts";
import { endedName, hasBegun, keptUntil, outlived } from "../../../components/recovery/vault/retention.ts";
import { passOf } from "./passes.ts";

const key = Buffer.alloc(32, 3);
const publicKey = publicKeyOf(key);
const member = (id: string, insee: string, more: object = {}) => ({
  name: id,
  insee,
  domain: `${id}.test`,
  contact: `numerique@${id}.test`,
  ...more,
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: {
    bron: member("bron", "69029"),
    lyon: member("lyon", "69123", { vaultKey: publicKey }),
    givors: member("givors", "69091", { stack: "givors" }),
    oullins: member("oullins", "69149"),
  },
});
const bron = { id: "bron", population: 42_000, ...member("bron", "69029") };
const read = (recovery: object) => communeSchema.parse({ ...bron, recovery });
const plan = (recovery: object) => planCommune(read(recovery), siteOf(siteSchema.parse({})), { metropolis });

describe("a password", () => {
  const vault = { host: "bron", domain: "bron.test", guest: "lyon" };

  test("is the same for the same key, vault and version, and another one for any other", () => {
    const password = vaultPassword(key, vault, passOf());
    expect(vaultPassword(key, { ...vault }, passOf())).toBe(password);
    const others = [
      vaultPassword(key, vault, passOf({ version: 2 })),
      vaultPassword(Buffer.alloc(32, 4), vault, passOf()),
      ...[{ host: "lyon" }, { domain: "bron.example" }, { guest: "givors" }].map((other) =>
        vaultPassword(key, { ...vault, ...other }, passOf()),
      ),
    ];
    expect(new Set([password, ...others]).size).toBe(6);
    expect(readPassword(password, vault, publicKey)).toEqual(passOf());
    expect(readPassword(others[0] ?? "", vault, publicKey)).toEqual(passOf({ version: 2 }));
    for (const other of others.slice(1)) expect(readPassword(other, vault, publicKey)).toBeUndefined();
  });

  test("of one version is not taken for another's, and none is taken before the key is known", () => {
    const password = vaultPassword(key, vault, passOf());
    expect(readPassword(password.replace("v1.", "v2."), vault, publicKey)).toBeUndefined();
    expect(readPassword(password, vault, undefined)).toBeUndefined();
    expect(readPassword(password, vault, "z6Mk")).toBeUndefined();
  });

  test("of one site is not taken for another's", () => {
    const [first = "", second = ""] = [1, 2].map((incarnation) =>
      vaultPassword(key, vault, passOf({ version: 3, incarnation })),
    );
    expect(readPassword(first, vault, publicKey)).toEqual(passOf({ version: 3 }));
    expect(readPassword(second, vault, publicKey)).toEqual(passOf({ version: 3, incarnation: 2 }));
    for (const forged of [
      second.replace(".s2", ""),
      second.replace(".s2", ".s3"),
      second.replace(".s2", ".s02"),
      first.replace(".s1.", ".s2."),
    ])
      expect(readPassword(forged, vault, publicKey)).toBeUndefined();
  });

  test("opens one service for one purpose, and says how long copies are kept, all of it signed", () => {
    const pass = passOf({ service: "nextcloud", purpose: "read", keepDays: 30 });
    const password = vaultPassword(key, vault, pass);
    expect(password).toMatch(/^v1\.s1\.nextcloud\.read\.d30\.[\w-]{86}$/);
    expect(readPassword(password, vault, publicKey)).toEqual(pass);
    for (const [from, to] of [
      [".read.", ".append."],
      [".nextcloud.", ".*."],
      [".nextcloud.", ".mastodon."],
      [".d30.", ".d0."],
    ] as const)
      expect([to, readPassword(password.replace(from, to), vault, publicKey)]).toEqual([to, undefined]);
  });

  test("is read of a Basic header alone", () => {
    const header = `Basic ${Buffer.from("lyon:v1.a:b").toString("base64")}`;
    expect(readBasic(header)).toEqual({ user: "lyon", password: "v1.a:b" });
    for (const other of [undefined, "", "Basic", "Basic %%", `Bearer ${header.slice(6)}`, "Basic bHlvbg=="])
      expect(readBasic(other)).toBeUndefined();
  });
});

test("a generation names a quarter or a day of the calendar", () => {
  expect(seriesOf("files-2026q4")).toEqual({ kind: "files", period: "2026q4" });
  expect(seriesOf("wal-2024-02-29")).toEqual({ kind: "wal", period: "2024-02-29" });
  for (const wrong of [
    "files",
    "files-2026q5",
    "files-2026",
    "wal-2026-02-29",
    "wal-2026-13-01",
    "Files-2026q4",
  ])
    expect([wrong, readRepository(`database/${wrong}`)]).toEqual([wrong, undefined]);
  expect(readRepository("database/wal-2026-11-26")).toEqual({
    service: "database",
    generation: "wal-2026-11-26",
  });
});

test("only what was followed by something complete of its kind is outlived", () => {
  const kept = (
    generation: string,
    until: string | undefined,
    isComplete: boolean,
    service = "database",
  ) => ({
    ...{ service, generation, until, isComplete, isEnded: false },
  });
  const at = (day: string) => new Date(`${day}T12:00:00Z`);
  const all = [
    kept("base-2026q2", "2026-09-30", true),
    kept("base-2026q3", "2026-12-31", true),
    kept("base-2026q4", undefined, false),
    kept("wal-2026-06-01", "2026-06-30", true),
    kept("wal-2026-06-02", "2026-06-30", false),
    kept("base-2026q1", "2026-06-30", true, "nextcloud"),
    kept("base-2026-08-01", "2026-08-31", true),
  ];
  expect(outlived(all, at("2026-11-26")).map(({ generation }) => generation)).toEqual(["base-2026q2"]);
  expect(outlived(all, at("2026-09-30"))).toEqual([]);
  expect(outlived(all, at("2027-01-01")).map(({ generation }) => generation)).toEqual(["base-2026q2"]);
  // Of what was erased nothing follows, and its day counts all the same.
  const last = { ...kept("files-2026q4", "2027-03-31", true, "t-chorale-wordpress"), isEnded: true };
  expect(outlived([last], at("2027-03-31"))).toEqual([]);
  expect(outlived([last], at("2027-04-01"))).toEqual([last]);
  expect(endedName(last)).toMatch(onceName);
  // Nothing of a period that has not come follows anything.
  const early = kept("base-9999q4", undefined, true);
  expect(outlived([...all.slice(0, 1), early], at("2026-11-26"))).toEqual([]);
});

test.each([
  ["files-2026q4", 90, "2027-04-01"],
  ["dump-2027q1", 90, "2027-06-30"],
  ["wal-2026-11-26", 90, "2027-02-25"],
  ["files-2028q1", 30, "2028-05-01"],
  ["files-2028q1", 0, "2028-04-01"],
])("%s is kept for %i days after what is in it: until %s", (generation, days, until) => {
  expect(keptUntil(generation, days)).toBe(until);
});

test("a generation has begun when its first day has come, on a clock that is a day behind too", () => {
  const begun = (generation: string, at: string) => hasBegun(generation, new Date(at));
  expect(begun("files-2026q4", "2026-09-29T23:59:59Z")).toBe(false);
  expect(begun("files-2026q4", "2026-09-30T00:00:00Z")).toBe(true);
  expect(begun("wal-2026-11-26", "2026-11-24T12:00:00Z")).toBe(false);
  expect(begun("wal-2026-11-26", "2026-11-25T12:00:00Z")).toBe(true);
  expect(begun("nonsense", "2026-11-25T12:00:00Z")).toBe(false);
});

test("a name that is created once is of one service, or of the guest as a whole", () => {
  const of = (name: string) => [name, serviceOfOnce(name)];
  for (const [name, service] of [
    ["point-nextcloud-000043", "nextcloud"],
    ["point-t-chorale-wordpress-000001", "t-chorale-wordpress"],
    ["begun-nextcloud-files-2026q4", "nextcloud"],
    ["ended-t-chorale-wordpress-files-2026q4", "t-chorale-wordpress"],
    ["incarnation-2", undefined],
    ["point-nextcloud-43", undefined],
    ["anything", undefined],
  ] as const)
    expect(of(name)).toEqual([name, service]);
});

describe("a declaration", () => {
  const problems = (recovery: object, id = "bron") =>
    recoveryProblems({ ...read(recovery), id }, metropolis.members).map(
      ({ field, message }) => `${field.join(".")}: ${message}`,
    );

  test("that names members whose key is known, or is known to a stack, has no problem", () => {
    expect(
      problems({ vaults: ["oullins"], host: { lyon: { space: "1 GiB" }, givors: { space: "1 GiB" } } }),
    ).toEqual([]);
  });

  test("is told what is wrong with the names in it", () => {
    expect(
      problems({
        vaults: ["oulins", "bron"],
        host: { oullins: { space: "1 GiB" }, lyn: { space: "1 GiB" } },
      }),
    ).toEqual([
      'recovery.vaults.0: "oulins" is not a member in stacks/federation.yaml. Did you mean "oullins"?',
      'recovery.vaults.1: "bron" is this commune itself, and a copy beside the original is lost with it. Remove it.',
      'recovery.host.lyn: "lyn" is not a member in stacks/federation.yaml. Did you mean "lyon"?',
      "recovery.host.oullins: stacks/federation.yaml has no vaultKey of oullins, so its vault could not recognise it. Write the key there (on its side: npx pulumi stack output federation -s oullins), or the name of its stack.",
    ]);
  });

  test("refuses a namespace that is too long", () => {
    const id = "a".repeat(30);
    const guest = "b".repeat(30);
    const told = recoveryProblems(
      { ...read({ host: { [guest]: { space: "1 GiB" } } }), id },
      { [guest]: { vaultKey: publicKey } },
    );
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain("which is longer than 63 characters");
  });

  test("comes to a vault for each guest, with its own volume, name and key", () => {
    const { vaults = [], keptVaults } = plan({
      vaults: ["lyon"],
      host: { lyon: { space: "100 GiB" }, givors: { space: "50 GiB" } },
    });
    expect(vaults.map(({ guest, address, publicKey }) => [guest, address, publicKey])).toEqual([
      ["lyon", "vault-lyon.bron.test", publicKey],
      // Its stack has none yet.
      ["givors", "vault-givors.bron.test", undefined],
    ]);
    expect(vaults.map((vault) => vaultSettings(vault).quotaBytes / 1024 ** 3)).toEqual([93.75, 46.875]);
    expect(keptVaults).toEqual([
      { host: "lyon", domain: "lyon.test", guest: "bron", address: "vault-bron.lyon.test" },
    ]);
  });

  test("is published by the descriptor, and the names are among those for the DNS", () => {
    const made = plan({ vaults: ["lyon"], host: { givors: { space: "50 GiB" } } });
    expect(made.federation.settings.copies).toEqual({ of: ["givors"], at: ["lyon"] });
    expect(plan({}).federation.settings.copies).toBeUndefined();
    expect(publicHosts(made)).toContainEqual({
      service: "vault-givors",
      host: "vault-givors.bron.test",
      path: "/healthz",
    });
  });

  test("another key starts the vault again", () => {
    const [vault] = plan({ host: { lyon: { space: "1 GiB" } } }).vaults ?? [];
    if (vault === undefined) throw new Error("no vault");
    const podOf = (key: string | undefined) =>
      JSON.stringify(vaultDeployment({ ...vault, publicKey: key }, "").spec.template);
    expect(podOf(publicKeyOf(Buffer.alloc(32, 4)))).not.toBe(podOf(publicKey));
  });
});

describe("copies that are kept for others", () => {
  const hosting = { host: { lyon: { space: "100 GiB" } } };
  const retired = { host: { lyon: { space: "100 GiB", retired: { since: "2026-11-25" } } } };
  const released = {
    host: { lyon: { space: "100 GiB", retired: { since: "2026-11-25", data: "released" } } },
  };
  const facts = { moved: [], dataIsDisposable: false, today: "2026-11-25" };
  const changes = (before: object, after: object) =>
    changesOf(published(plan(before), "00ff"), plan(after), facts);
  const refused = (before: object, after: object) =>
    refusals(changes(before, after)).map(({ field, message }) => `${field.join(".")}: ${message}`);

  test("are data like others, of which the host knows nothing", () => {
    expect(dataHoldersOf(plan(hosting))).toEqual([
      {
        name: "vault-lyon",
        kind: "volume",
        service: "vault-lyon",
        data: "encrypted-copies",
        place: "a volume",
        sizeGiB: 100,
        field: ["recovery", "host", "lyon", "space"],
        retirement: undefined,
      },
    ]);
  });

  test("do not leave by a line that is taken out", () => {
    expect(refused(hosting, {})).toEqual([
      "recovery: vault-lyon holds data, which would leave with it. Write it back as it was, with one line more: recovery: { host: { lyon: { retired: { since: 2026-11-25 } } } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md).",
    ]);
    expect(refused(hosting, released)).toHaveLength(1);
    expect(refused(retired, {})).toHaveLength(1);
  });

  test("leave when they were retired, then released", () => {
    expect(refused(hosting, retired)).toEqual([]);
    expect(plan(retired).vaults).toEqual([]);
    expect(refused(retired, released)).toEqual([]);
    expect(refused(released, {})).toEqual([]);
    const known = published(plan(released), "00ff");
    expect(announcements(changes(released, {}), known, plan({}))).toEqual([
      "A volume is deleted with all that is on it: vault-lyon (100 GiB).",
    ]);
    expect(refused(retired, hosting)).toEqual([]);
  });

  test("have more space, and not less", () => {
    const with_ = (space: string) => ({ host: { lyon: { space } } });
    expect(refused(hosting, with_("200 GiB"))).toEqual([]);
    expect(refused(hosting, with_("50 GiB"))).toEqual([
      'recovery.host.lyon.space: the volume vault-lyon has 100 GiB, and the declaration asks for 50 GiB: Kubernetes cannot shrink a volume. Write "100 GiB" or more.',
    ]);
  });
});
