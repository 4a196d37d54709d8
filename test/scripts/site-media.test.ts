import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Fetch } from "../../components/recovery/vault/files.ts";
import { mediaFindings, tryMedia } from "../../scripts/site/media.ts";
import { siteCommand } from "../../scripts/site.ts";
import { BucketStore, type Lacks } from "../components/recovery/bucket-store.ts";

const access = {
  ...{ address: "https://s3.lyon.test", region: "lyon", bucket: "bron-media" },
  ...{ accessKey: "A", secretKey: "S" },
};

/** @param change gives another answer to some requests. */
function storeWith(lacks: Lacks, change: (url: URL, method: string) => number | undefined = () => undefined) {
  const store = new BucketStore(lacks);
  const fetch: Fetch = async (address, init) => {
    const status = change(new URL(address), init.method);
    const given = await store.fetch(address, init);
    return {
      status: status ?? given.status,
      text: () => (status === undefined ? given.text() : Promise.resolve("<Error><Code>No</Code></Error>")),
      json: () => given.json(),
      arrayBuffer: () => given.arrayBuffer(),
      headers: new Headers(),
    };
  };
  return { store, fetch };
}

async function found(...asked: Parameters<typeof storeWith>) {
  const { store, fetch } = storeWith(...asked);
  const findings = mediaFindings(await tryMedia(access, fetch));
  const left = [...store.objects.values()].flat().length;
  return { levels: findings.map(({ subject, level }) => `${subject} ${level}`), left, findings };
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe("a bucket that is tried as the store of media", () => {
  test("fits where it is consistent and keeps versions, and nothing of the trial stays", async () => {
    const { levels, left } = await found({ lock: "none" });
    expect(levels).toEqual(["reach fits", "reading fits", "versions fits"]);
    expect(left).toBe(0);
  });

  test("may lack versions, also if it does not know the question", async () => {
    const without = ["reach fits", "reading fits", "versions care"];
    expect(await found({ lock: "none", versions: true })).toMatchObject({ levels: without, left: 0 });
    const garage = await found({ lock: "none", versions: true }, ({ searchParams }) =>
      searchParams.has("versions") ? 501 : undefined,
    );
    expect(garage).toMatchObject({ levels: without, left: 0 });
  });

  test("is refused where what was written is not read at once", async () => {
    let reads = 0;
    const { levels, left } = await found({ lock: "none" }, ({ pathname, search }, method) => {
      if (method !== "GET" || search !== "" || pathname.split("/").length < 4) return undefined;
      reads += 1;
      return reads === 2 ? 404 : undefined;
    });
    expect(levels).toContain("reading stops");
    expect(left).toBe(0);
  });

  test("is said where a lock keeps what was tried", async () => {
    const { levels, left } = await found({});
    expect(levels).toEqual(["reach fits", "reading fits", "versions fits", "keys care"]);
    expect(left).toBeGreaterThan(0);
  });

  test("that cannot be asked is said with the store's answer, and without its keys", async () => {
    const { findings } = await found({}, () => 403);
    expect(findings.map(({ level }) => level)).toEqual(["stops"]);
    expect(findings[0]?.said.en).toMatch(/^bron-media at https:\/\/s3\.lyon\.test cannot be asked.*403/);
  });
});

describe("commune site check --media", () => {
  const stacks = mkdtempSync(join(tmpdir(), "site-media-"));
  writeFileSync(join(stacks, "federation.yaml"), "name: Métropole\nmembers: {}\n");
  const bron =
    "id: bron\nname: Bron\ninsee: '69029'\ndomain: bron.test\ncontact: dsi@bron.test\npopulation: 42000\nmastodon: {}\n";
  const media =
    "media: { endpoint: https://s3.lyon.test, bucket: bron-media, publicHost: media.bron.test }\n";

  async function run(declared: string, given: Record<string, string>, ...words: string[]) {
    mkdirSync(join(stacks, "bron"), { recursive: true });
    writeFileSync(join(stacks, "bron", "commune.yaml"), declared);
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
    const { fetch } = storeWith({ lock: "none", versions: true });
    const command = siteCommand(stacks, { keysOf: async () => given, fetch });
    await command.parseAsync(["check", ...words], { from: "user" });
    return printed.join("\n");
  }
  const keys = { "media-access-key": "A", "media-secret-key": "S" };

  test("prints what it found, in the language that is asked for", async () => {
    expect(await run(`${bron}${media}`, keys, "bron", "--media", "--language", "fr")).toMatch(
      /^✔ service +bron-media à https:\/\/s3\.lyon\.test, en TLS\n✔ lecture .*\n! versions .*\n\nIl peut tenir/,
    );
    expect(process.exitCode).toBeUndefined();
  });

  test("tries the bucket of Nextcloud's own too, with its own keys", async () => {
    const objects = "nextcloud: { objects: { endpoint: https://s3.lyon.test, bucket: bron-documents } }\n";
    const own = { "objects-access-key": "A", "objects-secret-key": "S" };
    expect(await run(`${bron}${objects}`, own, "bron", "--objects", "--language", "en")).toMatch(
      /^✔ store +bron-documents at https:\/\/s3\.lyon\.test, over TLS\n/,
    );
    await expect(run(`${bron}${objects}`, keys, "bron", "--objects")).rejects.toThrow(
      "npx pulumi config set --secret commune:objects-access-key -s bron",
    );
    await expect(run(bron, own, "bron", "--objects")).rejects.toThrow("write nextcloud: { objects: { … } }");
  });

  test("asks the bucket as the services do: in the host's name where that is declared", async () => {
    const asked = new Set<string>();
    const at = async (addressing: string, status?: number) => {
      mkdirSync(join(stacks, "bron"), { recursive: true });
      const declared = `${bron}${media.replace(" }", `, addressing: ${addressing} }`)}`;
      writeFileSync(join(stacks, "bron", "commune.yaml"), declared);
      vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
      const printed: string[] = [];
      const { fetch } = storeWith({ lock: "none" }, () => status);
      const byPath: Fetch = (address, init) => {
        asked.add(new URL(address).host);
        return fetch(address.replace("//bron-media.s3.lyon.test/", "//s3.lyon.test/bron-media/"), init);
      };
      const command = siteCommand(stacks, { keysOf: async () => keys, fetch: byPath });
      await command.parseAsync(["check", "bron", "--media", "--language", "en"], { from: "user" });
      return printed.join("\n");
    };
    await at("path");
    expect([...asked]).toEqual(["s3.lyon.test"]);
    asked.clear();
    expect(await at("host")).toMatch(/✔ versions/);
    expect([...asked]).toEqual(["bron-media.s3.lyon.test"]);
    expect(await at("host", 403)).toContain("cannot be asked, by host name: ");
    expect(await at("path", 403)).toContain("cannot be asked, by path: ");
  });

  test("says what is missing: a commune, the declaration, the keys", async () => {
    await expect(run(bron, keys, "--media")).rejects.toThrow("npx commune site check <commune> --media");
    await expect(run(bron, keys, "bron", "--media")).rejects.toThrow("bron declares no bucket of media");
    await expect(run(`${bron}${media}`, {}, "bron", "--media")).rejects.toThrow(
      "npx pulumi config set --secret commune:media-access-key -s bron",
    );
  });
});
