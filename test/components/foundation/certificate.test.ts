import { expect, test } from "vitest";
import { endConcern, hostConcern, keyPairIn } from "../../../components/foundation/site/certificate.ts";
import { selfSigned } from "../../self-signed.ts";

const pair = selfSigned(["*.bron.test", "bron.test"], 90);
const other = selfSigned(["bron.test"], 90);
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("a Secret is a certificate with its key, or none at all", () => {
  const secret = (certificate: string, key: string) => ({
    "tls.crt": base64(certificate),
    "tls.key": base64(key),
  });
  expect(keyPairIn(secret(pair.certificate, pair.key))).toEqual(pair);
  expect(keyPairIn(secret(pair.certificate + other.certificate, pair.key))?.key).toBe(pair.key);
  expect(keyPairIn(secret(pair.certificate, other.key))).toBeUndefined();
  expect(keyPairIn(secret("a certificate", pair.key))).toBeUndefined();
  expect(keyPairIn({ "tls.crt": base64(pair.certificate) })).toBeUndefined();
  expect(keyPairIn({})).toBeUndefined();
});

test("a certificate that ends within a month is talked about, with the day", () => {
  const end = new Date(Date.now() + 90 * 86_400_000);
  const before = (days: number) => endConcern(pair.certificate, new Date(end.getTime() - days * 86_400_000));
  expect(before(31)).toBeUndefined();
  const day = end.toISOString().slice(0, 10);
  expect(before(29)).toBe(`ends on ${day}. Renew it there, then run pulumi up, which copies it.`);
  expect(before(-1)).toMatch(new RegExp(`^ended on ${day}\\.`));
});

test("a host that a certificate is not for is named", () => {
  for (const host of ["cloud.bron.test", "bron.test"])
    expect(hostConcern(pair.certificate, host)).toBeUndefined();
  expect(hostConcern(pair.certificate, "a.cloud.bron.test")).toBe(
    "is not for a.cloud.bron.test, and browsers will refuse it there.",
  );
  expect(hostConcern(other.certificate, "cloud.bron.test")).toContain("cloud.bron.test");
});
