import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pointName, signHead } from "../../components/recovery/points/head.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { begin } from "../../programs/restore-point/begin.ts";
import { inTurn } from "../../programs/restore-point/vaults.ts";
import { as, CopiedSite, key, owner, path } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";
import { guestKey } from "./vault/vault.ts";

let site: CopiedSite;
beforeAll(installRestic);
beforeEach(async () => {
  site = await CopiedSite.open();
});
afterEach(() => site.close());

const garbage = "not of this commune: long enough for restic to try to open it, and not to be able to";

/** Lets the host of a vault answer what it likes; what it leaves out is answered as it is. */
function hostile(
  host: "bron" | "lyon",
  answer: (path: string, method: string) => Response | string | undefined,
): { fetch: Fetch } {
  const { url } = site[host];
  return {
    async fetch(address, init) {
      if (!address.startsWith(url)) return fetch(address, init);
      const said = answer(address.slice(url.length), init.method);
      return said instanceof Response ? said : fetch(said === undefined ? address : url + said, init);
    },
  };
}

const json = (value: unknown) => new Response(JSON.stringify(value));
const failing = (status = 500) => new Response("it failed", { status });
const generations = (...names: string[]) =>
  json({ generations: names.map((name) => ({ name, isComplete: true })), quarantined: [], aside: [] });

describe("a restore point begins at the honest vault where the host of the other one", () => {
  test.each<[string, Parameters<typeof hostile>[1]]>([
    [
      "gives garbage as a repository's beginning",
      (path) => (path.endsWith("/config") ? new Response(garbage) : undefined),
    ],
    ["answers for a repository with a failure", (path) => (path.endsWith("/config") ? failing() : undefined)],
    ["answers for its state with a failure", (path) => (path === "/status" ? failing() : undefined)],
    [
      "gives no name that it lists",
      (path) =>
        path === "/once/"
          ? json(["point-nextcloud-000009"])
          : path.startsWith("/once/")
            ? failing()
            : undefined,
    ],
    [
      "lists generations of today and tomorrow that nobody began",
      (path) =>
        path === "/status"
          ? generations("nextcloud/files-2026-11-26", "nextcloud/files-2026-11-27")
          : undefined,
    ],
    [
      "says alone that another site took over",
      (path) => (path === "/once/" ? json(["incarnation-9"]) : undefined),
    ],
    [
      "lists more numbers than there can have been points",
      (path) =>
        path === "/once/"
          ? json(Array.from({ length: 20_000 }, (_, index) => pointName(owner.service, index + 1)))
          : path.startsWith("/once/")
            ? new Response(garbage)
            : undefined,
    ],
  ])("%s", async (_, answer) => {
    const begun = await begin(site.pod(hostile("lyon", answer)));
    expect(begun).toMatchObject({
      ...{ host: "bron", sequence: 1 },
      repository: { service: "nextcloud", generation: "files-2026q4" },
    });
  });

  test("is the first one and takes nothing: the next one is written to", async () => {
    const refused = hostile("bron", (_, method) => (method === "GET" ? undefined : failing()));
    expect(await begin(site.pod(refused))).toMatchObject({ host: "lyon", sequence: 1 });
    expect(site.said.join("\n")).toContain("the vault at bron answered 500 to POST");
  });

  test("has a repository there that is not the commune's: the next one is written to", async () => {
    await site.bron.ask(`/${path}/?create=true`, { method: "POST" });
    for (const generation of ["files-2026q4", "files-2026-11-26", "files-2026-11-27"]) {
      const where = `/nextcloud/${generation}`;
      await site.bron.ask(`${where}/?create=true`, { method: "POST" });
      await site.bron.ask(`${where}/config`, { method: "POST", body: garbage });
    }
    expect(await begin(site.pod())).toMatchObject({ host: "lyon" });
  });
});

test("vaults take turns, another one first each day, when no point came about for a day and a half", () => {
  const vaults = ["bron", "lyon"].map((host) => ({ host }));
  const firstAt = (now: string, takenAt?: string) =>
    inTurn(vaults, takenAt === undefined ? undefined : { takenAt }, new Date(now))[0]?.host;
  expect(firstAt("2026-11-26T02:10:00Z")).toBe("bron");
  expect(firstAt("2026-11-26T02:10:00Z", "2026-11-25T02:10:00Z")).toBe("bron");
  const days = [26, 27, 28].map((day) => firstAt(`2026-11-${day}T02:10:00Z`, "2026-11-24T02:10:00Z"));
  expect(new Set(days)).toEqual(new Set(["bron", "lyon"]));
  expect(days[0]).not.toBe(days[1]);
});

describe("another vault gets", () => {
  test("one repository once, under however many names its host gives it", async () => {
    await site.point(25);
    const names = ["files-2026q3", "files-2026-11-05", "files-2026-11-20"].map((each) => `nextcloud/${each}`);
    const replaying = hostile("lyon", (asked) => {
      if (asked === "/status") return generations(path, ...names);
      const name = names.find((each) => asked.startsWith(`/${each}/`));
      return name === undefined ? undefined : asked.replace(name, path);
    });
    const { sequence } = await site.point(26, replaying);
    expect(sequence).toBe(2);
    expect(readdirSync(join(site.folder, "bron", "nextcloud"))).toEqual(["files-2026q4"]);
  });

  test("no word that a copy is complete before it is proved there", async () => {
    await site.point(25);
    const complete = join(site.folder, "lyon", path, "complete");
    for (const name of readdirSync(join(site.folder, "lyon", path)))
      if (name.startsWith("complete")) rmSync(join(site.folder, "lyon", path, name));
    site.cutPacks("lyon");
    await expect(site.point(26)).rejects.toThrow("lyon: nextcloud/files-2026q4 at lyon is not whole");
    expect(existsSync(complete)).toBe(false);
  });
});

describe("whoever held the pod of restore points, and holds it no more, leaves nothing that stops them", () => {
  /** Signs with the service's own key, as the pod does, and brings it to both vaults. */
  async function signed(sequence: number): Promise<void> {
    const stated = { form: 1, ...owner, incarnation: 1, sequence, previous: null } as const;
    const signer = signerOf(guestKey, owner, key);
    const head = signHead(
      { ...stated, takenAt: "2026-11-25T12:00:00Z", manifest: "a".repeat(64) },
      signer,
      key,
    );
    const body = JSON.stringify({ head, sealed: "AAAA" });
    for (const host of ["bron", "lyon"] as const)
      await site[host].ask(`/once/${pointName(owner.service, sequence)}`, {
        method: "POST",
        body,
        ...as(host),
      });
  }

  test("neither the last number that there is", async () => {
    await site.point(25);
    await signed(999_999);
    expect((await site.point(26)).sequence).toBe(2);
    expect((await site.chain()).points.map(({ head }) => head.sequence)).toEqual([1, 2]);
  });

  test("nor a record of a repository's beginning that is none", async () => {
    const name = "/once/begun-nextcloud-files-2026q4";
    await site.bron.ask(name, { method: "POST", body: garbage });
    expect(await begin(site.pod({ vaults: ["bron"] }))).toMatchObject({
      repository: { generation: "files-2026q4" },
    });
    expect(site.said.join("\n")).toContain(`once/begun-nextcloud-files-2026q4 at bron is no beginning`);
  });

  test("nor one with a key beside it, which nothing can be begun with: a fresh generation begins", async () => {
    await site.bron.ask("/once/begun-nextcloud-files-2026q4", { method: "POST", body: garbage });
    await site.bron.ask(`/${path}/?create=true`, { method: "POST" });
    await site.bron.bring("keys", garbage, `/${path}`);
    expect(await begin(site.pod({ vaults: ["bron"] }))).toMatchObject({
      repository: { generation: "files-2026-11-26" },
    });
    expect(site.said.join("\n")).toContain("a fresh generation begins, files-2026-11-26");
  });

  test.each([["short"], [garbage]])(
    "nor an index that restic cannot read, of %s: a fresh generation begins",
    async (text) => {
      await site.point(25, { vaults: ["bron"] });
      await site.bron.bring("index", text, `/${path}`);
      expect(await begin(site.pod({ vaults: ["bron"] }))).toMatchObject({
        repository: { generation: "files-2026-11-26" },
      });
    },
  );

  test.each([["short"], [garbage]])("nor a lock that restic cannot read, of %s", async (text) => {
    await site.point(25, { vaults: ["bron"] });
    await site.bron.bring("locks", text, `/${path}`);
    expect((await site.point(26, { vaults: ["bron"] })).sequence).toBe(2);
    expect(readdirSync(join(site.folder, "bron", path, "locks"))).toEqual([]);
  });
});
