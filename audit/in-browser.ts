import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import * as z from "zod";
import { approvalsPath } from "../components/platform/login/approvals/page.ts";
import { type Approver, maySign, type Signers } from "./approval/approvers.ts";
import { type Line, previousOf, type Said } from "./approval/log.ts";
import { assertionSchema } from "./approval/passkey.ts";
import { mostDays } from "./approval/verify.ts";
import type { ReportFile } from "./report-file.ts";
import { shownFrom } from "./shown.ts";

/** A proposal in the log: the hash of its line, and the key of who proposes. */
export interface Proposal {
  hash: string;
  author: string;
}

/** Fields of an approval that the page shows, and that a passkey signs with who, when and until when. */
function asked(report: ReportFile, { hash, author }: Proposal) {
  const { commune: stack, hash: of, approval } = report;
  return {
    ...{ stack, digest: approval.plan.digest, report: of },
    ...shownFrom(report).page,
    ...{ author, proposal: hash },
  };
}

/**
 * Returns the addresses at which officials approve a report in a browser, one for each origin of their passkeys. All
 * that the page shows stands behind the `#`, which no server receives.
 *
 * @param today ISO 8601.
 */
export function approvalAddresses(
  report: ReportFile,
  proposal: Proposal,
  { approvers }: Signers,
  today: string,
): string[] {
  const proposer = approvers.find(({ fingerprint }) => fingerprint === proposal.author);
  const signers = approvers.flatMap(({ name, role, fingerprint: by, passkey, ...validity }) =>
    passkey !== undefined && name !== proposer?.name && maySign(validity, today)
      ? [{ origin: passkey.origin, signer: { name, role, by, id: passkey.id } }]
      : [],
  );
  return [...new Set(signers.map(({ origin }) => origin))].map((origin) => {
    const own = signers.flatMap((each) => (each.origin === origin ? [each.signer] : []));
    const request = { form: 1, language: report.language, said: asked(report, proposal), signers: own };
    return `${origin}${approvalsPath}#${deflateRawSync(JSON.stringify(request)).toString("base64url")}`;
  });
}

const answerSchema = assertionSchema.extend({
  form: z.literal(1),
  proposal: z.string().max(100),
  by: z.string().max(100),
  at: z.iso.datetime(),
});

/** Answer of somebody who approved on the page: who, when, of which proposal, and their signature. */
export type Answer = z.output<typeof answerSchema>;

/**
 * Reads an answer as the page gives it out, alone or inside a message that carries it. Throws if there is none.
 */
export function readAnswer(file: string): Answer {
  const text = readFileSync(file, "utf8");
  const found = /-----BEGIN COMMUNE APPROVAL-----([\s\S]+?)-----END COMMUNE APPROVAL-----/.exec(text);
  const why = `${file} has no answer of the page on which officials approve: from -----BEGIN COMMUNE APPROVAL----- to -----END COMMUNE APPROVAL-----, each line whole (docs/approval.md). Nothing was changed.`;
  if (found?.[1] === undefined) throw new Error(why);
  try {
    // A reply quotes each line.
    const json = Buffer.from(found[1].replaceAll(/[\s>]/g, ""), "base64url").toString("utf8");
    return answerSchema.parse(JSON.parse(json));
  } catch {
    throw new Error(why);
  }
}

/**
 * Line of the log for an answer. Label, need and sentences are those of this machine's report: where the page has shown
 * anything else, the signature is not of this line.
 */
export function answeredLine(
  stacks: string,
  report: ReportFile,
  { form: _, proposal, by, at, ...assertion }: Answer,
  { author, signer }: { author: string; signer: Approver },
): Line {
  const expires = new Date(Date.parse(at) + mostDays * 86_400_000).toISOString();
  const entry: Said = {
    kind: "approved",
    ...asked(report, { hash: proposal, author }),
    at,
    expires,
    previous: previousOf(stacks, report.commune),
    form: 2,
    role: signer.role,
    by,
    from: "page",
  };
  return { entry, assertion };
}
