import { describe, expect, test } from "vitest";
import { cacheServer } from "../../../components/platform/cache/manifests.ts";
import { connectionsOf } from "../../../components/platform/database/connections.ts";
import { postgresqlSettings } from "../../../components/platform/database/sizing.ts";
import type { CommuneFacts } from "../../../components/services/facts.ts";
import { mastodonSection } from "../../../components/services/mastodon/declaration.ts";
import { planMastodon } from "../../../components/services/mastodon/plan.ts";
import {
  mastodonConnections,
  mastodonQuota,
  mastodonSize,
} from "../../../components/services/mastodon/sizing.ts";
import { nextcloudSize } from "../../../components/services/nextcloud/sizing.ts";
import { bron } from "./facts.ts";
import { volume } from "./mastodon-spec.ts";

const planned = (mastodon: object, more: Partial<CommuneFacts> = {}) =>
  planMastodon(mastodonSection.parse(mastodon), {
    ...bron,
    population: 42_000,
    storageClass: "fast",
    ...more,
  });

/** Numbers of users that have every step of the sizes between them. */
const users = [1, 10, 50, 100, 101, 210, 500, 800, 1000, 1001, 2500, 5000, 5001, 20_000, 100_000, 500_000];

describe("the declaration", () => {
  const problems = (written: object) =>
    mastodonSection
      .safeParse(written)
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

  test("needs nothing, and is closed, sober and public by default", () => {
    expect(planned({})).toMatchObject({
      version: "4.6.5",
      host: "social.bron.test",
      handleDomain: "social.bron.test",
      registrations: "closed",
      owner: { name: "mairie", email: "numerique@bron.test" },
      publicFeeds: true,
      mediaRetentionDays: 14,
      size: mastodonSize(210),
      media: { kind: "volume", sizeGiB: 31, storageClass: "fast" },
      dedicatedDatabase: undefined,
    });
  });

  test("can put the bare domain after the @, and a database of its own below it", () => {
    expect(planned({ handles: "domain", dedicatedDatabase: {}, expectedUsers: 50 })).toMatchObject({
      host: "social.bron.test",
      handleDomain: "bron.test",
      dedicatedDatabase: {
        commune: "bron",
        server: "mastodon-database",
        memoryMiB: mastodonSize(50).databaseMiB,
        storageGiB: 20,
      },
    });
  });

  test("keeps media in the commune's bucket when there is one", () => {
    const media = {
      endpoint: "https://s3.bron.test",
      region: "garage",
      bucket: "bron-media",
      publicHost: "media.bron.test",
      addressing: "path" as const,
    };
    expect(planned({}, { media })?.media).toEqual({ kind: "s3", ...media, prefix: "mastodon/" });
  });

  test("passes variables through as text", () => {
    expect(planned({ settings: { MAX_TOOT_CHARS: 1000, SINGLE_USER_MODE: false } })?.settings).toEqual({
      MAX_TOOT_CHARS: "1000",
      SINGLE_USER_MODE: "false",
    });
  });

  test.each([
    ["LIMITED_FEDERATION_MODE", "true", /closes public pages/],
    ["WHITELIST_MODE", "true", /closes public pages/],
    ["DISALLOW_UNAUTHENTICATED_API_ACCESS", "true", /readable without one/],
    ["SECRET_KEY_BASE", "abc", /may be a secret/],
    ["ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY", "abc", /may be a secret/],
    ["VAPID_PRIVATE_KEY", "abc", /may be a secret/],
    ["DEEPL_API_KEY", "abc", /may be a secret/],
    ["SMTP_PASSWORD", "abc", /may be a secret/],
    ["LOCAL_DOMAIN", "bron.test", /Write those/],
    ["DB_HOST", "x", /dedicatedDatabase/],
    ["DATABASE_URL", "x", /dedicatedDatabase/],
    ["SIDEKIQ_REDIS_URL", "x", /own cache/],
    ["S3_BUCKET", "x", /`media`/],
    ["SMTP_SERVER", "x", /`mail`/],
    ["OIDC_ISSUER", "x", /`identity`/],
    ["WEB_CONCURRENCY", 4, /`expectedUsers`/],
    ["ALLOWED_PRIVATE_ADDRESSES", "10.0.0.0/8", /commune:privatePeers/],
    ["OTP_SECRET", "x", /not read/],
    ["REDIS_NAMESPACE", "x", /since 4.4/],
    ["SELF_DESTRUCT", "x", /for ever/],
    ["max_toot_chars", 1000, /not an environment variable/],
    ["MAX_TOOT_CHARS", [1], /one line of text/],
  ])("refuses %s in settings, and says why", (name, value, reason) => {
    const found = problems({ settings: { [name]: value } });
    expect(found).toHaveLength(1);
    expect(found?.[0]).toMatch(/^settings\./);
    expect(found?.[0]).toMatch(reason);
  });

  test("lets tuning through that belongs to nobody else", () => {
    const free = {
      S3_FORCE_SINGLE_REQUEST: true,
      SMTP_REPLY_TO: "x@bron.test",
      AUTHORIZED_FETCH: true,
      UPDATE_CHECK_URL: "https://api.joinmastodon.org/update-check",
    };
    expect(problems({ settings: free })).toBeUndefined();
  });

  test.each([
    ["admin", /reserved/],
    ["mod", /reserved/],
    ["mastodon_bron", /reserved/],
    ["Mairie", /Write "mairie"/],
    ["hôtel-de-ville", /Write "hotel_de_ville"/],
  ])("refuses %s as the owner's name", (name, reason) => {
    expect(problems({ owner: { name } })?.[0]).toMatch(reason);
  });
});

describe("the size", () => {
  test("never shrinks when users are added", () => {
    const sizes = users.map((each) => mastodonSize(each));
    const values = [
      ({ web }) => Math.max(1, web.processes) * web.threads,
      ({ web }) => web.resources.limitMiB,
      ({ sidekiq }) => sidekiq.replicas * sidekiq.threads,
      ({ streaming }) => streaming.connections,
      ({ cacheMiB }) => cacheMiB,
      ({ databaseMiB }) => databaseMiB,
      ({ mediaGiB }) => mediaGiB,
    ] satisfies ((size: ReturnType<typeof mastodonSize>) => number)[];
    for (const value of values) {
      const found = sizes.map(value);
      expect(found).toEqual([...found].sort((a, b) => a - b));
    }
  });

  // PostgreSQL keeps three for its superuser. Source: superuser_reserved_connections.
  test.each(users)("of %i users has fewer connections than a server of its own allows", (expected) => {
    const size = mastodonSize(expected);
    const allowed = Number(postgresqlSettings(size.databaseMiB).max_connections) - 3;
    expect(connectionsOf(mastodonConnections(size))).toBeLessThanOrEqual(allowed);
  });

  test.each([500, 5000, 10_000, 42_000, 160_000, 300_000])(
    "of a commune of %i has fewer connections, with Nextcloud's, than their common server allows",
    (population) => {
      const mastodon = mastodonSize(Math.max(10, Math.round(population / 200)));
      const nextcloud = nextcloudSize(Math.max(10, Math.round(population / 64)));
      const { max_connections } = postgresqlSettings(mastodon.databaseMiB + nextcloud.databaseMiB);
      expect(connectionsOf(mastodonConnections(mastodon)) + nextcloud.phpWorkers + 1).toBeLessThanOrEqual(
        Number(max_connections) - 3,
      );
    },
  );

  test.each(users)(
    "of %i users has on one node what it had, one pod of each and never a pooler",
    (expected) => {
      const { web, streaming, sidekiq, pooler } = mastodonSize(expected);
      expect([web.replicas, streaming.replicas, pooler]).toEqual([1, 1, undefined]);
      expect(sidekiq.replicas).toBe(expected <= 5000 ? 1 : 2);
    },
  );

  test("on several nodes has pods for its people, and one more of web and streaming for a lost node", () => {
    const pods = (expected: number, isOnVolume = false) => {
      const { web, streaming, sidekiq } = mastodonSize(expected, { availability: "node-loss", isOnVolume });
      return [web.replicas, streaming.replicas, sidekiq.replicas];
    };
    expect(users.slice(0, 12).map((each) => pods(each))).toEqual(users.slice(0, 12).map(() => [2, 2, 2]));
    expect([20_000, 50_000, 100_000].map((each) => pods(each))).toEqual([
      [3, 2, 4],
      [6, 2, 10],
      [11, 3, 20],
    ]);
    // One node mounts the volume.
    expect([210, 100_000].map((each) => pods(each, true))).toEqual([
      [1, 2, 1],
      [1, 3, 2],
    ]);
  });

  test.each(users)(
    "on several nodes of %i users has a pooler where its processes would ask for more than 140",
    (expected) => {
      const size = mastodonSize(expected, { availability: "node-loss" });
      const clients = connectionsOf(mastodonConnections({ ...size, pooler: undefined }));
      expect(size.pooler !== undefined).toBe(clients > 140);
      const asked = connectionsOf(mastodonConnections(size));
      expect(asked).toBeLessThanOrEqual(140);
      expect(asked).toBeLessThanOrEqual(Number(postgresqlSettings(size.databaseMiB).max_connections) - 10);
      // Either pod has room for all that its Jobs do not take.
      if (size.pooler) expect(size.pooler.clients).toBeGreaterThanOrEqual(clients - 5);
      const { pods, memoryMiB } = mastodonQuota({ size, media: volume });
      const { web, streaming, sidekiq, pooler } = size;
      const serving = web.replicas + streaming.replicas + sidekiq.replicas + 1 + (pooler?.pods ?? 0);
      // Each of four may be rolled, and the cache and two Jobs are beside them.
      expect(pods).toBeGreaterThanOrEqual(serving + 3 + 1 + 2);
      expect(memoryMiB).toBeGreaterThan((web.replicas + 1) * web.resources.limitMiB);
    },
  );

  test("of a commune of 10,000 leaves most of a machine of 8 GiB to others", () => {
    const { web, proxy, streaming, sidekiq, scheduler, cacheMiB, databaseMiB } = mastodonSize(50);
    const parts = [web.resources, proxy, streaming.resources, sidekiq.resources, scheduler.resources];
    const requested = parts.reduce((sum, { requestMiB }) => sum + requestMiB, 0);
    const limited = parts.reduce((sum, { limitMiB }) => sum + limitMiB, 0);
    expect(requested + cacheMiB / 2 + 16 + databaseMiB / 2).toBeLessThan(1536);
    expect(limited + cacheMiB * 2 + 32 + databaseMiB).toBeLessThan(3328);
  });

  test.each(users)("of %i users fits its quota while it is rolled and a Job runs", (expected) => {
    const size = mastodonSize(expected);
    const { web, proxy, streaming, sidekiq, scheduler, job } = size;
    const cache = cacheServer({
      commune: "bron",
      service: "mastodon",
      memoryMiB: size.cacheMiB,
      volume: undefined,
      passwordLabel: "v1",
    });
    const cacheLimit = Number(/"limits":\{"memory":"(\d+)Mi"/.exec(JSON.stringify(cache))?.[1]);
    const rolling =
      2 * (web.resources.limitMiB + proxy.limitMiB + streaming.resources.limitMiB) +
      sidekiq.replicas * sidekiq.resources.limitMiB +
      scheduler.resources.limitMiB +
      cacheLimit +
      job.limitMiB;
    const quota = mastodonQuota({ size, media: volume });
    expect(quota.memoryMiB).toBeGreaterThanOrEqual(rolling);
    expect(quota.storageGiB).toBe(40 + size.cacheGiB);
  });
});
