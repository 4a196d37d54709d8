import { describe, expect, test } from "vitest";
import { isSignedBy, namedKey, withProof } from "../../../components/federation/proof.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";

const key = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
const options = { key, address: "https://bron.test/.well-known/commune.json", now: new Date(0) };

describe("a signed document", () => {
  const signed = withProof({ name: "Été", list: [1, { b: 2, a: 1 }] }, options);

  test("is checked with the key of RFC 8032's first test vector, spelled as a Multikey", () => {
    // d75a9801…511a in base58 after 0xed01.
    expect(publicKeyOf(key)).toBe("z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
    expect(namedKey(signed)).toBe(publicKeyOf(key));
    expect(isSignedBy(signed, publicKeyOf(key))).toBe(true);
  });

  test("stays signed whatever the order of its members, and no other way", () => {
    const { name, proof } = signed;
    expect(isSignedBy({ proof, list: [1, { a: 1, b: 2 }], name }, publicKeyOf(key))).toBe(true);
    const other = publicKeyOf(Buffer.alloc(32, 1));
    expect(isSignedBy(signed, other)).toBe(false);
    expect(isSignedBy({ ...signed, name: "Ete" }, publicKeyOf(key))).toBe(false);
    expect(isSignedBy({ ...signed, more: 1 }, publicKeyOf(key))).toBe(false);
    const later = { ...proof, created: new Date(1).toISOString() };
    expect(isSignedBy({ ...signed, proof: later }, publicKeyOf(key))).toBe(false);
  });

  test.each([
    undefined,
    null,
    "text",
    {},
    { proof: {} },
    { proof: { ...signed.proof, proofValue: "z" } },
    { proof: { ...signed.proof, proofValue: `z${"1".repeat(1e6)}` } },
    { proof: { ...signed.proof, cryptosuite: "none" } },
  ])("is none when it is malformed (%#)", (document) => {
    expect(isSignedBy(document, publicKeyOf(key))).toBe(false);
  });
});
