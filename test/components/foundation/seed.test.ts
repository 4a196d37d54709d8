import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  deriveHex,
  deriveKeyPair,
  deriveSecret,
  labelText,
} from "../../../components/foundation/seed/derive.ts";
import {
  firstSeedProblem,
  type KnownSeed,
  seedOrigin,
  seedProblem,
} from "../../../components/foundation/seed/origin.ts";

const seed = Buffer.alloc(32, 7).toString("base64");
const label = { service: "nextcloud", purpose: "admin-password", version: 1 };

describe("a derived secret", () => {
  test("depends on the seed, the commune and every part of its label", () => {
    const secrets = [
      deriveSecret(seed, "villeurbanne", label),
      deriveSecret(Buffer.alloc(32, 8).toString("base64"), "villeurbanne", label),
      deriveSecret(seed, "bron", label),
      deriveSecret(seed, "villeurbanne", { ...label, service: "mastodon" }),
      deriveSecret(seed, "villeurbanne", { ...label, purpose: "database-password" }),
      deriveSecret(seed, "villeurbanne", { ...label, version: 2 }),
    ];
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  test("never changes: a commune deployed again elsewhere must find its data readable", () => {
    expect(deriveSecret(seed, "villeurbanne", label)).toMatchInlineSnapshot(
      `"Z6XwbLM-9a7jKduGM1ziqnbbUVmy-GEcKXufjpbhfN4"`,
    );
  });

  test("has the length that was asked for", () => {
    expect(Buffer.from(deriveSecret(seed, "villeurbanne", label, 64), "base64url")).toHaveLength(64);
  });

  test("is refused from a seed that is too short, without showing the seed", () => {
    expect(() => deriveSecret("c2hvcnQ=", "villeurbanne", label)).toThrow(
      "The seed of villeurbanne holds 5 bytes; it must be the base64 of at least 32.",
    );
  });
});

test("a label reads as a path with its version", () => {
  expect(labelText(label)).toBe("nextcloud/admin-password/v1");
});

describe("keys with a shape", () => {
  const seed = Buffer.alloc(32, 3).toString("base64");
  const label = { service: "mastodon", purpose: "vapid", version: 1 };

  test("a key pair signs and verifies as P-256", () => {
    const { publicKey, privateKey } = deriveKeyPair(seed, "bron", label);
    const point = Buffer.from(publicKey, "base64url");
    expect([point.length, point[0]]).toEqual([65, 4]);
    const [x, y] = [point.toString("base64url", 1, 33), point.toString("base64url", 33)];
    const jwk = { kty: "EC", crv: "P-256", x, y };
    const signature = sign(
      "sha256",
      Buffer.from("text"),
      createPrivateKey({ key: { ...jwk, d: privateKey }, format: "jwk" }),
    );
    expect(
      verify("sha256", Buffer.from("text"), createPublicKey({ key: jwk, format: "jwk" }), signature),
    ).toBe(true);
  });

  test("every label has a key pair of its own, always the same", () => {
    expect(deriveKeyPair(seed, "bron", label)).toEqual(deriveKeyPair(seed, "bron", label));
    expect(deriveKeyPair(seed, "bron", { ...label, version: 2 })).not.toEqual(
      deriveKeyPair(seed, "bron", label),
    );
  });

  test("hexadecimal has two characters a byte", () => {
    expect(deriveHex(seed, "bron", label, 64)).toMatch(/^[0-9a-f]{128}$/);
  });
});

test("a drawn seed stays the drawn one when its value is given too; a given one is never a drawn one", () => {
  expect(seedOrigin({}, false)).toBe("drawn");
  expect(seedOrigin({}, true)).toBe("given");
  expect(seedOrigin({ seed: "00ff", seedFrom: "drawn" }, true)).toBe("drawn");
  expect(seedOrigin({ seed: "00ff", seedFrom: "given" }, true)).toBe("given");
  expect(seedOrigin({ seed: "00ff" }, true)).toBe("given");
});

describe("the seed of a commune", () => {
  const before: KnownSeed = { seed: "00ff" };
  const drawn: KnownSeed = { ...before, seedFrom: "drawn" };
  const given: KnownSeed = { ...before, seedFrom: "given" };
  const withSeed = (known: KnownSeed, seed?: string) => seedProblem(known, "bron", seed);

  test("goes on when it is the same, given or drawn", () => {
    expect([withSeed(drawn), withSeed(drawn, "00ff"), withSeed(given, "00ff")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([withSeed(before), withSeed(before, "00ff")]).toEqual([undefined, undefined]);
  });

  test("is not replaced where it was drawn, and the drawn one comes back without the setting", () => {
    const message = withSeed(drawn, "1234");
    expect(message).toContain("commune:seed is not the seed that this commune was started with");
    expect(message).toContain("pulumi config rm commune:seed -s bron");
  });

  test("is not replaced where it was given, and removing the setting is not what helps", () => {
    const message = withSeed(given, "1234");
    expect(message).toContain(
      "give that one again (fingerprint 00ff): pulumi config set --secret commune:seed",
    );
    expect(message).not.toContain("config rm");
  });

  test("does not vanish where it was given: another one would be drawn", () => {
    const message = withSeed(given);
    expect(message).toContain("started with a given seed, and commune:seed is not set");
    expect(message).toContain("pulumi stack history --show-secrets --json --page-size 100000 -s bron");
    expect(message).not.toContain("config rm");
  });

  test("of a stack that has not said where it came from is not replaced either", () => {
    expect(withSeed(before, "1234")).toMatch(
      /was set at an earlier update, give that one again.*never was, take the setting away/,
    );
  });
});

describe("before the first complete update", () => {
  const withSeed = (first: Record<string, string>, seed?: string, isComplete = false) =>
    firstSeedProblem(first, "bron", seed, isComplete);
  const [drawn, given] = [{ from: "drawn" }, { from: "given", seed: "00ff" }];

  test("a run that begins with the seed of the first one goes on", () => {
    expect([withSeed({}, "00ff"), withSeed(drawn), withSeed(given, "00ff")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("no other seed takes its place, whichever came from where, and each message says the way back", () => {
    expect(withSeed(drawn, "00ff")).toContain("pulumi config rm commune:seed -s bron");
    expect(withSeed(given)).toContain("give that one again (fingerprint 00ff)");
    expect(withSeed(given, "1234")).toContain("give that one again (fingerprint 00ff)");
    for (const message of [withSeed(drawn, "00ff"), withSeed(given), withSeed(given, "1234")]) {
      expect(message).toContain("it can start again with another seed (docs/seed.md)");
      expect(message).toContain("Nothing of the commune was changed.");
    }
  });

  test("only where there was none is it said that it can start again", () => {
    expect(withSeed(given, "1234", true)).not.toContain("start again with");
  });
});
