import { describe, expect, it } from "vitest";
import { databaseAddress, redisAddress } from "./environment.ts";
import { compareFacts, factsOf } from "./schema/first-boot.ts";
import { readSettings } from "./settings.ts";
import { newVapidKeys, vapidProblem } from "./vapid.ts";

const keys = newVapidKeys();

const environment = {
  LOCAL_DOMAIN: "ville.test",
  SECRET_KEY_BASE: "base",
  ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "key-for-deterministic",
  ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "salt-of-keys",
  ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "key-for-primary",
  VAPID_PUBLIC_KEY: keys.publicKey,
  VAPID_PRIVATE_KEY: keys.privateKey,
};

const reading = (changes: Record<string, string | undefined>) => () =>
  readSettings({ ...environment, ...changes });

describe("the environment of the Mastodon double", () => {
  it("is enough with the minimum, and takes OTP_SECRET for nothing", () => {
    expect(reading({ OTP_SECRET: "old" })()).toMatchObject({
      localDomain: "ville.test",
      webDomain: "ville.test",
      alternateDomains: [],
      streamingBaseUrl: "wss://ville.test",
      anonymousApi: true,
      limitedFederation: false,
    });
  });

  it("has lists with commas and spaces", () => {
    const settings = reading({
      ALLOWED_PRIVATE_ADDRESSES: "10.0.0.0/8, 127.0.0.1",
      ALTERNATE_DOMAINS: "a.test,b.test",
    });
    expect(settings().allowedPrivateAddresses).toEqual(["10.0.0.0/8", "127.0.0.1"]);
    expect(settings().alternateDomains).toEqual(["a.test", "b.test"]);
  });

  it("refuses blank encryption keys in upstream's words", () => {
    for (const end of ["DETERMINISTIC_KEY", "KEY_DERIVATION_SALT", "PRIMARY_KEY"]) {
      const name = `ACTIVE_RECORD_ENCRYPTION_${end}`;
      for (const value of [undefined, "", " "]) {
        expect(reading({ [name]: value }), name).toThrow(
          /Mastodon now requires that these variables are set:/,
        );
      }
      const fromTests = reading({ [name]: "xDO_NOT_USE_IN_PRODUCTION" });
      expect(fromTests).toThrow(`a ${name} value from the test environment`);
    }
  });

  it("refuses a missing LOCAL_DOMAIN, SECRET_KEY_BASE and REDIS_NAMESPACE", () => {
    expect(reading({ LOCAL_DOMAIN: undefined })).toThrow(/^LOCAL_DOMAIN is not set/);
    expect(reading({ LOCAL_DOMAIN: "https://ville.test" })).toThrow(/write a host name alone/);
    expect(reading({ SECRET_KEY_BASE: "" })).toThrow(
      /Missing `secret_key_base` for 'production' environment/,
    );
    expect(reading({ REDIS_NAMESPACE: "" })).toThrow(
      /REDIS_NAMESPACE environment variable is no longer supported/,
    );
  });

  it("has media in S3 where all that it needs is set, and in no other store", () => {
    const s3 = {
      ...{ S3_ENABLED: "true", S3_BUCKET: "media", S3_REGION: "fr", S3_ENDPOINT: "https://s3.test:8333" },
      ...{ S3_ALIAS_HOST: "media.ville.test", S3_KEY_PREFIX: "mastodon", S3_PERMISSION: "" },
    };
    expect(reading({ S3_ENABLED: "false" })().bucket).toBeUndefined();
    expect(reading(s3)().bucket).toEqual({
      ...{ address: "https://s3.test:8333/media/", region: "fr", keys: undefined, prefix: "mastodon/" },
      ...{ acl: undefined, publicAddress: "https://media.ville.test/", silentMs: 5000 },
    });
    expect(
      reading({ ...s3, S3_ALIAS_HOST: undefined, S3_HOSTNAME: "s3.test", S3_OVERRIDE_PATH_STYLE: "true" })()
        .bucket,
    ).toMatchObject({
      address: "https://media.s3.test:8333/",
      publicAddress: "https://s3.test/media/",
    });
    expect(reading({ ...s3, S3_PERMISSION: undefined })().bucket?.acl).toBe("public-read");
    expect(reading({ ...s3, S3_BUCKET: undefined })).toThrow(/S3_BUCKET is not set/);
    expect(reading({ SWIFT_ENABLED: "true" })).toThrow("the double keeps media on its volume or in S3");
  });

  it("refuses VAPID keys that are missing or no pair", () => {
    expect(reading({ VAPID_PUBLIC_KEY: undefined })).toThrow(/must both be set/);
    expect(reading({ VAPID_PUBLIC_KEY: newVapidKeys().publicKey })).toThrow(
      /does not belong to VAPID_PRIVATE_KEY/,
    );
    expect(reading({ VAPID_PRIVATE_KEY: "c2hvcnQ=" })).toThrow(
      /VAPID_PRIVATE_KEY is not url-safe base64 of 32 bytes/,
    );
    expect(reading({ VAPID_PUBLIC_KEY: Buffer.alloc(65).toString("base64url") })).toThrow(/P-256 point/);
    expect(
      vapidProblem({ publicKey: keys.publicKey.replace("=", ""), privateKey: keys.privateKey }),
    ).toBeUndefined();
  });
});

describe("addresses of services", () => {
  it("has one Redis for all, or one for each purpose", () => {
    const base = { REDIS_HOST: "cache", REDIS_PORT: "6380", REDIS_PASSWORD: "p", REDIS_DB: "2" };
    expect(redisAddress(base, "SIDEKIQ_")).toEqual({ host: "cache", port: 6380, db: 2, password: "p" });
    expect(redisAddress({ ...base, SIDEKIQ_REDIS_HOST: "queue" }, "SIDEKIQ_")).toEqual({
      host: "queue",
      port: 6379,
      db: 0,
    });
    expect(redisAddress({ ...base, REDIS_URL: "rediss://u:p%40@far:1/3" })).toEqual({
      ...{ host: "far", port: 1, db: 3, username: "u", password: "p@" },
      tls: {},
    });
  });

  it("refuses what is no port, and Sentinels", () => {
    expect(() => redisAddress({ REDIS_PORT: "tcp://10.0.0.1:6379" })).toThrow(/^Invalid REDIS_PORT/);
    expect(() => redisAddress({ REDIS_SENTINELS: "a", REDIS_SENTINEL_MASTER: "b" })).toThrow(
      /no Redis Sentinel/,
    );
  });

  it("has upstream's default database, and libpq's modes", () => {
    expect(databaseAddress({}, 5)).toMatchObject({
      database: "mastodon_production",
      user: "mastodon",
      max: 5,
      ssl: false,
    });
    expect(databaseAddress({ DB_SSLMODE: "require", DB_POOL: "9" }, 5)).toMatchObject({
      max: 9,
      ssl: { rejectUnauthorized: false },
    });
    expect(databaseAddress({ DB_SSLMODE: "verify-full", PGSSLROOTCERT: "system" }, 5).ssl).toEqual({
      rejectUnauthorized: true,
    });
    expect(() => databaseAddress({ DB_SSLMODE: "no-verify" }, 5)).toThrow(/invalid sslmode value/);
  });
});

describe("what the first start fixes", () => {
  const settings = reading({})();
  const facts = factsOf(settings);

  it("holds the domains and seals, and no key", () => {
    const text = JSON.stringify(facts);
    for (const secret of [...Object.values(settings.encryption), keys.privateKey])
      expect(text).not.toContain(secret);
    expect(compareFacts(facts, settings)).toEqual({});
  });

  it("refuses another domain and other encryption keys", () => {
    expect(
      compareFacts(facts, reading({ LOCAL_DOMAIN: "other.test", WEB_DOMAIN: "ville.test" })()).refusal,
    ).toMatch(/^LOCAL_DOMAIN was ville\.test at the first start and is other\.test now/);
    expect(compareFacts(facts, reading({ WEB_DOMAIN: "social.ville.test" })()).refusal).toMatch(
      /^WEB_DOMAIN was/,
    );
    for (const end of ["PRIMARY_KEY", "DETERMINISTIC_KEY", "KEY_DERIVATION_SALT"]) {
      const changed = reading({ [`ACTIVE_RECORD_ENCRYPTION_${end}`]: "changed" })();
      expect(compareFacts(facts, changed).refusal, end).toMatch(/Errors::Decryption/);
    }
  });

  it("warns of other VAPID keys", () => {
    const others = newVapidKeys();
    const changed = reading({ VAPID_PUBLIC_KEY: others.publicKey, VAPID_PRIVATE_KEY: others.privateKey })();
    expect(compareFacts(facts, changed)).toEqual({ warning: expect.stringMatching(/push/) });
  });
});
