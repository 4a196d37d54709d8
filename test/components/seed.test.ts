import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { deriveHex, deriveKeyPair, deriveSecret, labelText } from "../../components/seed/derive.ts";

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
