import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { everyImage } from "../../../components/commune/images.ts";
import { DeclarationError } from "../../../components/foundation/declaration/problem.ts";
import { repositoryOf } from "../../../components/foundation/image/catalogue.ts";
import { readCycles } from "../../../components/foundation/upstream/feeds/cycles.ts";
import { askUpstream } from "../../../components/foundation/upstream/feeds/index.ts";
import {
  noticesAddress,
  noticesQuery,
  readNotices,
} from "../../../components/foundation/upstream/feeds/notices.ts";
import { readReleases } from "../../../components/foundation/upstream/feeds/releases.ts";
import { type Ask, bounded, FeedError, web } from "../../../components/foundation/upstream/feeds/web.ts";
import { readKnowledge, upstreamOf, versionIn } from "../../../components/foundation/upstream/upstream.ts";
import { byVersion, isAffected, seriesOf } from "../../../components/foundation/upstream/versions.ts";

const recorded = (name: string) => readFileSync(new URL(`./upstream/${name}`, import.meta.url), "utf8");
const knowledge = readKnowledge();
const nextcloud = { repository: "https://github.com/nextcloud/server", tag: "v%" };

describe("the toolkit's own file", () => {
  test("is about images that communes may run, each once", () => {
    const repositories = Object.values(knowledge).flatMap((each) => each.repositories);
    const known = new Set([...everyImage].map(({ reference }) => repositoryOf(reference)));
    expect(repositories.filter((each) => !known.has(each))).toEqual([]);
    expect(new Set(repositories).size).toBe(repositories.length);
  });

  test("names each newest version below its series, and each fix once a series", () => {
    for (const [name, upstream] of Object.entries(knowledge)) {
      const wrong = Object.entries(upstream.newest).filter(
        ([series, { version }]) => seriesOf(version, upstream) !== series,
      );
      expect([name, wrong]).toEqual([name, []]);
      for (const { id, fixed } of upstream.notices)
        expect([id, new Set(fixed.map((each) => seriesOf(each, upstream))).size]).toEqual([id, fixed.length]);
    }
  });

  test("is refused with the place of what is wrong", () => {
    const folder = mkdtempSync(join(tmpdir(), "upstream-"));
    const file = join(folder, "upstream.yaml");
    writeFileSync(
      file,
      `software:
  one:
    repositories: [docker.io/library/one]
    parts: 3
    from: https://one.test
    feeds: {}
    newest: { "1": { version: "v1.0", of: "2026-02-30" } }
`,
    );
    try {
      readKnowledge(file);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      expect(error.problems.map(({ line, path }) => `${line} ${path.join(".")}`)).toEqual([
        "4 software.one.parts",
        "7 software.one.newest.1.version",
        "7 software.one.newest.1.of",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("versions", () => {
  test.each([
    ["docker.io/library/nextcloud:33.0.7-fpm", "33.0.7"],
    ["docker.io/chocobozzz/peertube:v8.3.1-trixie@sha256:00", "8.3.1"],
    ["docker.io/dokuwiki/dokuwiki:2024-02-06b", "2024-02-06b"],
  ])("in %s is %s", (reference, version) => expect(versionIn(reference)).toBe(version));

  test("are in the order of their numbers", () => {
    expect(["8.1.10", "8.1.9", "8.1", "9.0.0"].sort(byVersion)).toEqual(["8.1", "8.1.9", "8.1.10", "9.0.0"]);
  });

  test.each([
    ["older than the fix of its series", "8.1.3", true],
    ["the fix of its series", "8.1.4", false],
    ["newer, in a series that had the fix from the start", "9.1.0", false],
    ["of a series without a fix", "7.9.9", true],
    ["between series with fixes", "8.5.0", true],
    ["older than the fault", "7.0.0", false],
  ])("%s: %s", (_, version, affected) => {
    const notice = { since: "7.1.0", fixed: ["8.0.6", "8.1.4", "9.0.1"] };
    expect(isAffected(version, notice, { parts: 2 })).toBe(affected);
  });

  test("are all affected as long as there is no fix", () => {
    expect(isAffected("99.0.0", { fixed: [] }, { parts: 1 })).toBe(true);
  });
});

describe("a feed that was recorded", () => {
  test("of endoflife.date gives the newest of each series and its end", () => {
    expect(readCycles(recorded("nextcloud.cycles.json"), "https://a.test")).toEqual({
      newest: {
        "33": { version: "33.0.9", of: "2026-10-15" },
        "34": { version: "34.0.3", of: "2026-08-13" },
      },
      until: { "33": "2027-02-28", "34": "2027-06-30" },
    });
  });

  test("of releases gives the newest of each series, and no preview", () => {
    expect(readReleases(recorded("peertube.releases.atom"), { parts: 1 }, "https://a.test")).toEqual({
      newest: { "8": { version: "8.3.2", of: "2026-10-20" } },
    });
  });

  test("of notices gives those that count, with the versions that they do not name", () => {
    const { newest } = readCycles(recorded("nextcloud.cycles.json"), "https://a.test");
    expect(
      readNotices(recorded("nextcloud.notices.json"), "33.0.7", { newest, repository: nextcloud }),
    ).toEqual([
      {
        id: "CVE-2099-0001",
        fixed: ["33.0.9", "34.0.3"],
        about: "Made up for this test [31m, with a colour in it",
        from: "https://osv.dev/vulnerability/CVE-2099-0001",
      },
      {
        id: "CVE-2099-0002",
        fixed: [],
        about: "No summary is given",
        from: "https://osv.dev/vulnerability/GHSA-aaaa-bbbb-cccc",
      },
    ]);
    expect(JSON.parse(noticesQuery("33.0.7", nextcloud))).toEqual({
      package: { ecosystem: "GIT", name: "https://github.com/nextcloud/server" },
      version: "v33.0.7",
    });
  });

  test.each([
    ["no JSON", () => readCycles("<html>", "https://a.test"), "https://a.test gave no JSON"],
    [
      "another form",
      () => readCycles('{"result":{"releases":{}}}', "https://a.test"),
      "https://a.test is not of the expected form, at result.releases",
    ],
    [
      "an identifier that is none",
      () => readNotices('{"vulns":[{"id":"\\u001b[2J"}]}', "1.0", { newest: {}, repository: nextcloud }),
      `${noticesAddress} is not of the expected form, at vulns.0.id`,
    ],
    [
      "a page instead of a feed",
      () => readReleases("<html><entry></entry></html>", { parts: 1 }, "https://a.test"),
      "https://a.test is no Atom feed",
    ],
  ])("is refused with %s", (_, read, message) => {
    expect(read).toThrow(new FeedError(message));
  });
});

describe("an answer", () => {
  test("is read no further than it may be long", async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield Buffer.alloc(1000);
      }
    }
    await expect(bounded(endless(), "https://a.test", 5500)).rejects.toThrow(
      "https://a.test gave more than 5500 bytes, and was not read",
    );
    expect(given).toBe(6);
  });

  test("that does not come is told in a sentence", async () => {
    const { ask, close } = web(2000);
    await expect(ask("https://127.0.0.1:1/x")).rejects.toThrow(/^127\.0\.0\.1:1 did not answer \(.+\)$/);
    await close();
  });
});

describe("upstream is asked", () => {
  const running = [{ reference: "docker.io/library/nextcloud:33.0.7-fpm", version: "33.0.7" }];
  const today = "2026-11-30";

  test("about what runs alone, and what it says takes the place of what was known", async () => {
    const addresses: string[] = [];
    const ask: Ask = async (address, body) => {
      addresses.push(address);
      return recorded(body === undefined ? "nextcloud.cycles.json" : "nextcloud.notices.json");
    };
    const { knowledge: now, failed } = await askUpstream(knowledge, running, { ask, today });
    expect(failed).toEqual([]);
    expect(addresses).toEqual(["https://endoflife.date/api/v1/products/nextcloud/", noticesAddress]);
    const told = upstreamOf("docker.io/library/nextcloud:1", now);
    expect(told).toMatchObject({ read: today, until: { "33": "2027-02-28" } });
    expect(told?.newest["33"]).toEqual({ version: "33.0.9", of: "2026-10-15" });
    // What the feed does not name stays.
    expect(told?.newest["32"]).toEqual(knowledge.nextcloud?.newest["32"]);
    expect(told?.notices.map(({ id }) => id)).toEqual(["CVE-2099-0001", "CVE-2099-0002"]);
    expect(now.valkey).toBe(knowledge.valkey);
  });

  test("and what was known stays if it does not answer", async () => {
    const ask: Ask = async () => {
      throw new FeedError("connection refused");
    };
    const { knowledge: now, failed } = await askUpstream(knowledge, running, { ask, today });
    expect(failed).toEqual(["connection refused"]);
    expect(now.nextcloud).toEqual(knowledge.nextcloud);
  });

  test("and a mistake of our own is not taken for its silence", async () => {
    const ask: Ask = async () => {
      throw new TypeError("a mistake");
    };
    await expect(askUpstream(knowledge, running, { ask, today })).rejects.toThrow("a mistake");
  });
});
