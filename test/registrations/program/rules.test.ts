import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Entry } from "../../../audit/approval/log.ts";
import { headOf } from "../../../audit/log.ts";
import { importedFile } from "../../../components/foundation/image/imported.ts";
import { approversOf, signedLine, signer } from "../../audit/approval/signers.ts";
import { declaration, run } from "./run.ts";

const read = ["pulumi:pulumi:StackReference last-update"];
const foreign = { "bron/commune.yaml": declaration("mail: { relay: smtp.gmail.com }\n") };
const exception = {
  rule: "operators-in-eu",
  object: "mail.relay",
  reason: "Marché en cours.",
  owner: "DSI",
  expires: "2027-03-01",
};
const excepting = (given: Partial<typeof exception> = {}) => ({
  ...foreign,
  "bron/exceptions.yaml": `exceptions: [${JSON.stringify({ ...exception, ...given })}]\n`,
});

describe("rules refuse a commune before anything of it reaches the engine", () => {
  test.each<[string, Parameters<typeof run>[0], string]>([
    [
      "a mandatory one, of what is declared",
      { files: foreign },
      `operators-in-eu (sovereignty): mail.relay names smtp.gmail.com, run by Google, which is under the law of another country (US). Name an operator of the European Union, or one of your own.

1 violation of the rules in policies/. Nothing was changed.`,
    ],
    [
      "where an exception is written that nobody has signed",
      { files: excepting() },
      `operators-in-eu (sovereignty): mail.relay names smtp.gmail.com, run by Google, which is under the law of another country (US). Name an operator of the European Union, or one of your own. An exception is written for it, and nobody who may has signed it: npx commune except <commune> --key <file> (docs/policies.md).

1 violation of the rules in policies/. Nothing was changed.`,
    ],
    [
      "where one is over",
      { files: excepting({ expires: "2026-11-25" }) },
      `operators-in-eu (sovereignty): mail.relay names smtp.gmail.com, run by Google, which is under the law of another country (US). Name an operator of the European Union, or one of your own. What allowed it was over on 2026-11-25 (DSI).

1 violation of the rules in policies/. Nothing was changed.`,
    ],
    [
      "of what would run, every violation at once",
      { files: foreign, settings: { data: "protected" } },
      `images-by-digest (security): docker.io/library/node:24.21.0-trixie-slim has no digest, and what stands under that name can change. Pin it with: npx commune pin bron. Where all data may go: pulumi config set commune:data disposable -s bron
operators-in-eu (sovereignty): mail.relay names smtp.gmail.com, run by Google, which is under the law of another country (US). Name an operator of the European Union, or one of your own.

2 violations of the rules in policies/. Nothing was changed.`,
    ],
  ])("%s", async (_, found, sentence) => {
    const ran = await run(found);
    expect({ refusal: ran.refusal, read: ran.read, registered: ran.registered }).toEqual({
      ...{ refusal: sentence, read, registered: [] },
    });
  });

  test("and let it through where somebody who may has signed for it, and say so", async () => {
    const mayor = signer("maire", "official");
    const entry: Entry = {
      kind: "excepted",
      ...{ stack: "bron", at: "2026-11-26T10:00:00.000Z", previous: headOf([]).head },
      ...{ exception, role: mayor.role, by: mayor.fingerprint },
    };
    const files = {
      ...excepting(),
      "bron/approvers.yaml": approversOf(mayor),
      "bron/approvals.jsonl": `${JSON.stringify(signedLine(entry, mayor))}\n`,
    };
    const { refusal, registered, warned } = await run({ files });
    expect(refusal).toBeUndefined();
    expect(registered.length).toBeGreaterThan(30);
    expect(warned).toContainEqual(
      expect.stringContaining("Allowed until 2027-03-01 by DSI, signed by maire: Marché en cours."),
    );
  });
});

describe("images that the cluster of this machine does not have", () => {
  const cluster = join(mkdtempSync(join(tmpdir(), "local-")), "test");
  const kubeconfig = join(cluster, "kubeconfig");
  mkdirSync(cluster);
  writeFileSync(join(cluster, importedFile), "{}");
  afterAll(() => rmSync(join(cluster, ".."), { recursive: true }));

  test("refuse a commune before anything of it reaches the engine", async () => {
    const { refusal, registered, ...ran } = await run({ kubeconfig });
    expect({ refusal, registered, read: ran.read }).toEqual({
      refusal: `bron runs docker.io/library/node:24.21.0-trixie-slim, and the cluster of this machine, which asks no registry, does not have it. Bring it there first, built where that was not done yet: npx commune local up --cluster test --also docker.io/library/node:24.21.0-trixie-slim
Nothing was changed.`,
      registered: [],
      read,
    });
  });

  test("do not where the settings lead to another cluster", async () => {
    const { refusal, registered } = await run({ kubeconfig, settings: { context: "mairie" } });
    expect(refusal).toBeUndefined();
    expect(registered.length).toBeGreaterThan(30);
  });
});
