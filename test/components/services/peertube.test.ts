import { describe, expect, test } from "vitest";
import { postgresqlSettings } from "../../../components/platform/database/sizing.ts";
import type { CommuneFacts } from "../../../components/services/facts.ts";
import { peertubeSection } from "../../../components/services/peertube/declaration.ts";
import { type PeertubePlan, planPeertube } from "../../../components/services/peertube/plan.ts";
import { peertubeQuota, peertubeSize } from "../../../components/services/peertube/sizing.ts";
import { bron } from "./facts.ts";
import { livechat } from "./peertube-spec.ts";

const { integrity } = livechat;

function planned(peertube: object, more: Partial<CommuneFacts> = {}): PeertubePlan {
  return planPeertube(peertubeSection.parse(peertube), { ...bron, ...more });
}

/** Returns the problems of a declaration, each with its path. */
function problems(peertube: object): string[] {
  const { error } = peertubeSection.safeParse(peertube);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the plan", () => {
  test("of an empty section is sober, closed and public", () => {
    expect(planned({})).toMatchObject({
      version: "8.3.1",
      host: "video.bron.test",
      transcoding: "sober",
      live: false,
      runners: "none",
      signup: false,
      originals: false,
      p2p: false,
      plugins: undefined,
      pluginMirror: undefined,
      quotaBytes: 50 * 1024 ** 3,
      storageGiB: 80,
      media: { kind: "volume", sizeGiB: 80 },
      dedicatedDatabase: undefined,
    });
  });

  test("keeps a volume beside an S3 store, under the service's own prefix", () => {
    const media = {
      endpoint: "https://s3.bron.test",
      region: "garage",
      bucket: "media",
      publicHost: "media.bron.test",
      addressing: "path" as const,
    };
    expect(planned({}, { media })).toMatchObject({
      storageGiB: 50,
      media: { kind: "s3", prefix: "peertube/" },
    });
  });

  test("takes a declared size, number of viewers and database as they are", () => {
    const plan = planned({ storage: "1 TiB", expectedViewers: 800, dedicatedDatabase: { storage: "5 GiB" } });
    expect(plan.storageGiB).toBe(1024);
    expect(plan.size).toEqual(peertubeSize(800, plan));
    expect(plan.dedicatedDatabase).toEqual({
      commune: "bron",
      server: "peertube-database",
      major: "17",
      upgradeFrom: undefined,
      memoryMiB: plan.size.databaseMiB,
      storageGiB: 5,
      storageClass: undefined,
    });
  });
});

describe("the declaration refuses", () => {
  test.each(["7.3.0", "9.0.0-rc.1", "18.2.0"])("version %s", (version) => {
    expect(problems({ version })).toEqual([expect.stringMatching(/^version: ".*" is not a version 8: /)]);
  });

  test.each(["8.2.4", "8.3.0-rc.1", "8.10.0"])("not version %s", (version) =>
    expect(problems({ version })).toEqual([]),
  );

  test.each([
    [{ webserver: { hostname: "x" } }, "settings.webserver", "cannot change its address"],
    [{ secrets: { peertube: "x" } }, "settings.secrets", "the commune's seed"],
    [{ database: { pool: { max: 9 } } }, "settings.database", "dedicatedDatabase:"],
    [{ redis: { db: 1 } }, "settings.redis", "part of the service"],
    [{ log: { level: "info" } }, "settings.log.level", "prints root's password"],
    [{ object_storage: { credentials: {} } }, "settings.object_storage.credentials", "media:"],
    [{ federation: { prevent_ssrf: false } }, "settings.federation.prevent_ssrf", "commune:privatePeers"],
  ])("a setting that the toolkit decides: %j", (settings, path, reason) => {
    const [problem = "", ...others] = problems({ settings });
    expect(others).toEqual([]);
    expect(problem.startsWith(`${path}: `)).toBe(true);
    expect(problem).toContain(reason);
  });

  test("a value in the place of a section that the toolkit writes in", () => {
    expect(problems({ settings: { log: "quiet" } })).toHaveLength(1);
  });

  test("nothing of the neighbours of such settings", () => {
    const settings = {
      log: { rotation: { max_files: 2 } },
      object_storage: { upload_acl: { public: "public-read" }, max_request_attempts: 6 },
      federation: { videos: { federate_unlisted: true } },
    };
    expect(problems({ settings })).toEqual([]);
  });

  test.each(["livechat", "peertube-plugin-", "@x/peertube-plugin-livechat", "peertube-plugin-A"])(
    "a plugin named %s",
    (name) => expect(problems({ plugins: { [name]: { version: "1.0.0", integrity } } })).toHaveLength(1),
  );

  test("a plugin without an exact version", () =>
    expect(
      problems({ plugins: { "peertube-plugin-livechat": { version: "latest", integrity } } }),
    ).toHaveLength(1));

  test.each(["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", integrity.slice(0, -4), integrity.toUpperCase()])(
    "a plugin with the checksum %s",
    (wrong) =>
      expect(
        problems({ plugins: { "peertube-plugin-livechat": { version: "14.0.4", integrity: wrong } } }),
      ).toEqual([expect.stringContaining("dist.integrity")]),
  );

  test("a plugin in a version alone", () =>
    expect(problems({ plugins: { "peertube-plugin-livechat": "14.0.4" } })).toHaveLength(1));
});

describe("the size", () => {
  const workshops = (["sober", "full"] as const).flatMap((transcoding) =>
    (["none", "outside"] as const).flatMap((runners) =>
      [false, true].map((live) => ({ transcoding, runners, live })),
    ),
  );

  test("of a commune of 10,000 leaves most of 8 GiB to Nextcloud, Mastodon and PostgreSQL", () => {
    const { size, storageGiB } = planned({});
    const asked = size.web.requestMiB + size.proxy.requestMiB + Math.round(size.cacheMiB / 2) + 16;
    expect(asked).toBeLessThanOrEqual(512);
    expect(peertubeQuota({ size, storageGiB }).memoryMiB).toBeLessThanOrEqual(3 * 1024);
    expect(size.databaseMiB).toBeLessThanOrEqual(256);
  });

  test.each(workshops)("never shrinks when viewers are added: %j", (workshop) => {
    const sizes = [1, 20, 100, 1000, 10_000, 100_000].map((viewers) => peertubeSize(viewers, workshop));
    const numbers = sizes.map((size) =>
      Object.values(size).flatMap((value) =>
        Object.values({ ...Object(value), value }).filter((each) => typeof each === "number"),
      ),
    );
    for (const [index, each] of numbers.entries()) {
      for (const [position, number] of each.entries()) {
        expect(number).toBeGreaterThanOrEqual(numbers[index - 1]?.[position] ?? 0);
      }
    }
  });

  test("asks for memory where the work is done", () => {
    const limit = (workshop: (typeof workshops)[number]) => peertubeSize(100, workshop).web.limitMiB;
    const sober = { transcoding: "sober", runners: "none", live: false } as const;
    expect(limit({ ...sober, transcoding: "full" })).toBeGreaterThan(limit(sober));
    expect(limit({ ...sober, live: true })).toBeGreaterThan(limit(sober));
    expect(limit({ ...sober, runners: "outside" })).toBeLessThan(limit(sober));
    expect(limit({ ...sober, runners: "outside", transcoding: "full" })).toBe(
      limit({ ...sober, runners: "outside" }),
    );
  });

  test.each([20, 320, 5000])("for %i viewers opens fewer connections than its database has", (viewers) => {
    const { databaseConnections, databaseMiB } = peertubeSize(viewers, {
      transcoding: "sober",
      runners: "none",
      live: false,
    });
    const { max_connections: connections } = postgresqlSettings(Math.max(256, databaseMiB));
    expect(databaseConnections).toBeLessThanOrEqual(Number(connections) / 2);
  });
});
