import { describe, expect, test } from "vitest";
import { readLog } from "../../../audit/approval/log.ts";
import { type Assertion, passkeyFingerprint, verifyAssertion } from "../../../audit/approval/passkey.ts";
import { judgeApproval, judgeLog } from "../../../audit/approval/verify.ts";
import { Authenticator, type Forged, origin } from "./authenticator.ts";
import { BrowserLog, mayor, signers, telephone } from "./browser-log.ts";
import {
  administrator,
  approvers,
  digest,
  type Log,
  now,
  other,
  report,
  type Said,
  shown,
} from "./written-log.ts";

/** A statement, and what Chromium 156 made of it on the page, with its virtual authenticator. */
const fixed = {
  said: {
    kind: "approved",
    form: 2,
    from: "page",
    stack: "bron",
    digest: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    report: "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    label: "reversible",
    needs: "one",
    shown: ["Pourquoi : « é » <b>", "Rien ne change."],
    author: "SHA256:x",
    proposal: "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
    role: "official",
    by: "SHA256:VNY0AhfYtpvI7EfSjeNwZBZGA2MMMC6h7Zif4XrzWBU",
    at: "2026-12-01T03:50:45.384Z",
    expires: "2026-12-08T03:50:45.384Z",
  },
  publicKey:
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGNlZ4U0SR1dpzmqFC8iWDVsSnpSfHR3XFbKB5SJMtnhmM2fd3VgvzNPem75oigg8YcW6Mo0Ox6UApJEm56Iwhw",
  assertion: {
    authenticatorData: "gTqoEH8XWm-p3Tvh5ShAiEZI0fHFo6bpEF9iyZ7f-14FAAAAAg",
    clientData:
      "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiNWZUOVd6Tnp4SFQzVkR6Y1hoMG81bW1kMjNMU3NwVHJENWVqbmpIdTRVOCIsIm9yaWdpbiI6Imh0dHBzOi8vY29ubmV4aW9uLmJyb24udGVzdCIsImNyb3NzT3JpZ2luIjpmYWxzZSwib3RoZXJfa2V5c19jYW5fYmVfYWRkZWRfaGVyZSI6ImRvIG5vdCBjb21wYXJlIGNsaWVudERhdGFKU09OIGFnYWluc3QgYSB0ZW1wbGF0ZS4gU2VlIGh0dHBzOi8vZ29vLmdsL3lhYlBleCJ9",
    signature:
      "MEUCIF35h-w7MWrw0z1x3zjEfMwBRVmGQq-2PRchwb181QA6AiEApwn7wYSBj-2wDrBnDc6f4FlPOu_2-RwtYT9xLODvqmA",
  },
};

const said = { kind: "approved", stack: "bron", digest };

/** Reason why a signature does not hold; undefined if it does. */
function refusal(
  forged: Forged,
  by = telephone,
  passkey = telephone.passkey,
  of: object = said,
): string | undefined {
  try {
    verifyAssertion(of, by.assertion(said, forged), passkey);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("a passkey's signature", () => {
  test.each(["ES256", "EdDSA", "RS256"] as const)("by %s holds", (kind) => {
    const device = new Authenticator(kind);
    expect(refusal({}, device, device.passkey)).toBeUndefined();
  });

  test("that was made once by a browser holds", () => {
    verifyAssertion(fixed.said, fixed.assertion, { origin, publicKey: fixed.publicKey });
  });

  test.each<[string, Forged, string]>([
    ["for a new key", { clientData: { type: "webauthn.create" } }, 'it was made for "webauthn.create"'],
    [
      "on another page",
      { clientData: { origin: "https://connexion.bron.test.mechant.fr" } },
      "it was made on",
    ],
    ["without encryption", { clientData: { origin: "http://connexion.bron.test" } }, "it was made on"],
    ["on another port", { clientData: { origin: "https://connexion.bron.test:444" } }, "it was made on"],
    ["inside another page", { clientData: { crossOrigin: true } }, "inside a page of somebody else"],
    ["below another page", { clientData: { topOrigin: origin } }, "inside a page of somebody else"],
    ["for the whole domain", { rpId: "bron.test" }, "it is for another domain"],
    ["with nobody there", { flags: 0x04 }, "nobody was there"],
    ["by who held the device", { flags: 0x01 }, "did not verify who was there"],
    ["of another challenge", { clientData: { challenge: "AAAA" } }, "it is not of this text"],
  ])("%s does not hold", (_, forged, why) => {
    expect(refusal(forged)).toContain(why);
  });

  test("of another key, or of something else, does not hold", () => {
    expect(refusal({}, new Authenticator())).toBe("it is of another key");
    expect(refusal({}, telephone, telephone.passkey, { ...said, stack: "lyon" })).toBe(
      "it is not of this text",
    );
  });

  test("does not hold with any byte changed", () => {
    const whole = telephone.assertion(said);
    for (const field of Object.keys(whole) as (keyof Assertion)[]) {
      const bytes = Buffer.from(whole[field], "base64url");
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const assertion = { ...whole, [field]: changed.toString("base64url") };
        expect(() => verifyAssertion(said, assertion, telephone.passkey), `${field} ${at}`).toThrow();
      }
    }
  }, 120_000);
});

test.each(["ES384", "RS256short"] as const)("a passkey of the kind %s is no approver's", (kind) => {
  const { publicKey } = new Authenticator(kind).passkey;
  expect(() => passkeyFingerprint(publicKey)).toThrow("do not count");
});

const judged = (log: Log) => judgeLog(readLog(log.text), { stack: "bron", approvers: signers });
const problems = (log: Log) => judged(log).map((line) => line.problems);
const asked = (needs: "one" | "two") => ({
  ...{ digest, report },
  shown: {
    preview: { label: "reversible" as const, needs, shown },
    plan: { needs, shown: ["Lu dans le plan seul."] },
    page: { label: "reversible" as const, needs, shown },
  },
});
const approval = (log: Log) => judgeApproval(judged(log), asked(log.needs), now);

describe("an approval in a browser", () => {
  test("counts as its role's yes, beside SSH keys, whatever came between", () => {
    const log = new BrowserLog("two").proposed(administrator).approved(other).answered();
    expect(problems(log)).toEqual([[], [], []]);
    expect(approval(log)).toEqual({
      by: [
        { name: "équipe réseau", role: "administrator" },
        { name: "maire", role: "official" },
      ],
      problems: [],
    });
  });

  test("is used up by its update, and cannot be put behind it again", () => {
    const log = new BrowserLog().proposed(administrator).answered().applied();
    const again = new BrowserLog();
    again.lines = [...log.lines];
    again.proposed(administrator).answered();
    expect(problems(again)).toEqual([[], [], [], [], []]);
    expect(approval(again).problems).toEqual([
      "nobody but its author has approved it",
      "line 5 is of an earlier proposal, whose update was made",
    ]);
  });

  test.each<[string, Said, string]>([
    ["a report", { report: `sha256:${"c".repeat(64)}` }, "names a proposal that is not before it"],
    ["a digest", { digest: `sha256:${"c".repeat(64)}` }, "names a proposal that is not before it"],
    ["an author", { author: mayor.fingerprint }, "names a proposal that is not before it"],
    ["a proposal", { proposal: `sha256:${"c".repeat(64)}` }, "names a proposal that is not before it"],
    ["nothing", { proposal: undefined }, "passkeys sign nothing else"],
    ["a role", { role: "administrator" }, "is signed as administrator"],
    ["sentences of its own machine", { from: "preview" }, "passkeys sign nothing else"],
  ])("of %s other than what was proposed does not hold", (_, changed, why) => {
    const [, line] = problems(new BrowserLog().proposed(administrator).answered(changed));
    expect(line?.join("; ")).toContain(why);
  });

  test("whose line was changed, moved to another report or signed by somebody else does not hold", () => {
    const log = () => new BrowserLog().proposed(administrator).answered();
    const changed = log();
    changed.lines[1] = (changed.lines[1] ?? "").replace("Rien ne change", "Tout change");
    expect(problems(changed)[1]).toEqual(["its signature does not hold: it is not of this text"]);
    const stranger = new BrowserLog().proposed(administrator).answered({}, { by: new Authenticator() });
    expect(problems(stranger)[1]).toEqual(["its signature does not hold: it is of another key"]);
    const unverified = new BrowserLog().proposed(administrator).answered({}, { forged: { flags: 1 } });
    expect(problems(unverified)[1]?.[0]).toContain("did not verify who was there");
    const nobody = judgeLog(readLog(log().text), { stack: "bron", approvers });
    expect(nobody[1]?.problems).toContain(`its key ${mayor.fingerprint} is of nobody in approvers.yaml`);
  });

  test("that says another sentence than the report is none", () => {
    const log = new BrowserLog().proposed(administrator).answered({ shown: ["Tout va bien."] });
    expect(problems(log)).toEqual([[], []]);
    expect(approval(log).problems.join("\n")).toContain('says shown.0 "Tout va bien."');
  });
});
