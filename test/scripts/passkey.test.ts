import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { logText, readLog } from "../../audit/approval/log.ts";
import { Authenticator } from "../audit/approval/authenticator.ts";
import { ApprovingCommune, requestIn } from "./approving.ts";

const telephone = new Authenticator();
const key = new Authenticator("EdDSA");
const officials = [
  telephone.approver("maire", "official"),
  key.approver("déléguée à la protection des données", "data-protection"),
];
let commune: ApprovingCommune;

beforeEach(async () => {
  commune = await new ApprovingCommune().open(officials);
});
afterEach(() => commune.close());

const entries = () => readLog(logText(commune.stacks, "bron")).flatMap(({ line }) => line?.entry.kind ?? []);

/** Answer of an official to an address, as the page makes it; `altered` is what the page showed otherwise. */
function answered(address: string, by = telephone, altered: object = {}): string {
  const { said, signers } = requestIn(address);
  const signer = signers.find(({ id }) => id === by.passkey.id);
  const at = new Date();
  const statement = {
    ...{ kind: "approved", form: 2, from: "page", ...said, ...altered },
    ...{ role: signer?.role, by: signer?.by, at: at.toISOString() },
    expires: new Date(at.getTime() + 7 * 86_400_000).toISOString(),
  };
  const answer = {
    form: 1,
    proposal: said.proposal,
    by: signer?.by,
    at: statement.at,
    ...by.assertion(statement),
  };
  const body = Buffer.from(JSON.stringify(answer)).toString("base64url");
  const lines = body.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN COMMUNE APPROVAL-----", ...lines, "-----END COMMUNE APPROVAL-----", ""].join("\n");
}

describe("an answer to a link", () => {
  test("is entered as an approval, which another machine verifies with two files", async () => {
    const [address = "", ...others] = await commune.proposed();
    expect(others).toEqual([]);
    expect(address).toMatch(/^https:\/\/connexion\.bron\.test\/accord#[A-Za-z0-9_-]+$/);
    expect(readFileSync(join(commune.folder, "report", "accord.html"), "utf8")).toContain(
      `href="${address}"`,
    );
    expect(await commune.entered(answered(address))).toBe(0);
    expect(commune.printed).toContain("Approuvé par maire jusqu’au ");
    // A second one, to the same link, after the first one was entered; quoted, as in a reply.
    expect(await commune.entered(answered(address, key).replaceAll(/^/gm, "> "), "--plan-only")).toBe(0);
    expect(entries()).toEqual(["proposed", "approved", "approved"]);
    const elsewhere = join(commune.folder, "elsewhere");
    mkdirSync(join(elsewhere, "bron"), { recursive: true });
    for (const file of ["approvers.yaml", "approvals.jsonl"])
      cpSync(join(commune.stacks, "bron", file), join(elsewhere, "bron", file));
    expect(await commune.verified(elsewhere)).toBe(0);
    expect(commune.printed).toMatch(/approved {2}sha256:.* maire \(in a browser\)/);
  });

  test.each([
    ["another sentence", { shown: ["Tout va bien."] }],
    ["another label", { label: "irreversible" }],
    ["another need", { needs: "two" }],
    ["another digest", { digest: `sha256:${"c".repeat(64)}` }],
  ])("is refused where the page showed %s than this machine finds", async (_, altered) => {
    const [address = ""] = await commune.proposed();
    await expect(commune.entered(answered(address, telephone, altered))).rejects.toThrow(
      "this answer is no approval of this report: as a line of the log, its signature does not hold: it is not of this text",
    );
    expect(entries()).toEqual(["proposed"]);
  });

  test("is refused twice, for another report, and where it is cut short", async () => {
    const [first = ""] = await commune.proposed();
    const answer = answered(first);
    await commune.entered(answer);
    await expect(commune.entered(answer)).rejects.toThrow("the log has it already");
    const [second = ""] = await commune.proposed("Autre chose.");
    expect(second).not.toBe(first);
    await expect(commune.entered(answer)).rejects.toThrow("it is of another proposal");
    await expect(commune.entered(answered(second).slice(0, 300))).rejects.toThrow("each line whole");
    expect(requestIn(second).signers.map(({ name }) => name)).toEqual(officials.map(({ name }) => name));
  });

  test("is asked of nobody where no one has a passkey", async () => {
    const alone = await new ApprovingCommune().open([]);
    try {
      expect(await alone.proposed()).toEqual([]);
      expect(existsSync(join(alone.folder, "report", "accord.html"))).toBe(false);
    } finally {
      alone.close();
    }
  });
});
