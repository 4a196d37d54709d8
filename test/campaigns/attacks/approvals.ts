import fc from "fast-check";
import { readLog } from "../../../audit/approval/log.ts";
import { countedParts, type Declared } from "../../../audit/approval/parts.ts";
import { planOf } from "../../../audit/approval/plan.ts";
import { judgeApproval, judgeLog, witnessProblems } from "../../../audit/approval/verify.ts";
import { writtenLine } from "../../../audit/approval/written.ts";
import { reportOf } from "../../../audit/change-report.ts";
import { headOf } from "../../../audit/log.ts";
import { reportSchema } from "../../../audit/report-schema.ts";
import { reportDifferences } from "../../../audit/same-report.ts";
import { approvalLog, saidHead } from "../../../components/federation/approvals.ts";
import { type Memory, remember } from "../../../components/federation/memory.ts";
import { Authenticator } from "../../audit/approval/authenticator.ts";
import { BrowserLog, signers } from "../../audit/approval/browser-log.ts";
import { signedLine } from "../../audit/approval/signers.ts";
import {
  administrator,
  approvers,
  digest,
  forgersKey,
  Log,
  mayor,
  now,
  other,
  report,
  shown,
  stranger,
} from "../../audit/approval/written-log.ts";
import { facts } from "../../audit/facts.ts";
import { type Attack, alone, alteredOnce, attack } from "./attack.ts";

const plan = planOf({
  resources: [
    {
      urn: "urn:pulumi:bron::commune-cloud::kubernetes:core/v1:PersistentVolumeClaim::bron-nextcloud-data",
      ...{ operation: "delete", parts: {} },
    },
    {
      urn: "urn:pulumi:bron::commune-cloud::kubernetes:core/v1:ConfigMap::bron-nextcloud-settings",
      ...{ operation: "update", parts: { data: "00" } },
    },
  ],
  outputs: { published: "00" },
  secretsCount: true,
  versions: { toolkit: "0.1.0", pulumi: "3.259.0" },
});
/** The report that a machine makes of its own preview, with the day and the reason of the report. */
const own = ({ date, because }: { date: string; because?: string | undefined }) =>
  reportOf(facts({ plan, today: date, because }), "fr");
const honest = JSON.parse(
  JSON.stringify(own({ date: "2026-11-26", because: "Plus personne ne s’en sert." })),
);

const reports: Attack = attack({
  who: "proposer",
  what: "write something else into a report than the machines find",
  drawn: alteredOnce<unknown>(honest, (path) => path === "because"),
  within: alone(({ whole }) => {
    const read = reportSchema.safeParse(whole);
    if (!read.success || read.data.approval === undefined) return undefined;
    const said = { ...read.data, approval: read.data.approval, hash: report };
    return reportDifferences(said, own(said), "2026-11-26").length > 0 ? undefined : "it is the report";
  }),
});

const written = () => new Log("two").proposed(administrator).approved(other).approved(mayor).applied();
const lines = written().lines.map((line) => JSON.parse(line));
const text = (all: readonly unknown[]) => all.map((line) => `${JSON.stringify(line)}\n`).join("");

/** Whether something is wrong with a log, a line of it or an approval by it. */
function isDoubted(log: string): boolean {
  const judged = judgeLog(readLog(log), { stack: "bron", approvers });
  return judged.some(({ problems }) => problems.length > 0);
}

const altered: Attack = attack({
  who: "administrator",
  what: "change what stands in the log of approvals: a value, a field more or less, the order, a line put between",
  drawn: fc.oneof(
    fc
      .nat(lines.length - 1)
      .chain((index) =>
        alteredOnce<{ entry: unknown }>(lines[index], (path) => path.startsWith("signature")).map(
          ({ whole }) => text(lines.with(index, whole)),
        ),
      ),
    fc
      .shuffledSubarray(lines, { minLength: 1 })
      // Its beginning is the log of before, whose end peers remember.
      .filter((some) => some.some((line, index) => line !== lines[index]))
      .map(text),
    fc.nat(lines.length - 1).map((index) => text(lines.toSpliced(index, 0, lines[index]))),
  ),
  within: alone((log) => (isDoubted(log) ? undefined : `the log holds: ${log}`)),
});

const asked = {
  ...{ digest, report },
  shown: {
    preview: { label: "reversible" as const, needs: "two" as const, shown },
    plan: { needs: "two" as const, shown },
    page: { label: "reversible" as const, needs: "two" as const, shown },
  },
};

const forgeries: Attack = attack({
  who: "approver",
  what: "approve alone what two have to: for others, twice, of something else, or with an end that is far away",
  drawn: fc.array(
    fc.constantFrom(
      "again",
      "as the mayor",
      "as nobody",
      "of another digest",
      "of another report",
      "for a year",
      "as applied",
      "as proposed",
    ),
    { minLength: 1, maxLength: 5 },
  ),
  within: alone((moves) => {
    const log = new Log("two").proposed(administrator).approved(mayor);
    for (const move of moves) {
      if (move === "again") log.approved(mayor);
      if (move === "as the mayor") log.approved(other, {}, mayor);
      if (move === "as nobody") log.approved(stranger);
      if (move === "of another digest") log.approved(other, { digest: `sha256:${"c".repeat(64)}` });
      if (move === "of another report") log.approved(other, { report: `sha256:${"c".repeat(64)}` });
      if (move === "for a year") log.approved(other, { expires: "2027-11-26T10:00:00.000Z" });
      if (move === "as applied") log.written("applied", forgersKey);
      if (move === "as proposed") log.proposed(other, { digest: `sha256:${"c".repeat(64)}` });
    }
    const judged = judgeLog(readLog(log.text), { stack: "bron", approvers });
    return judgeApproval(judged, asked, now).problems.length > 0 ? undefined : "it is approved";
  }),
});

const strangersTelephone = new Authenticator();
const otherPage = { clientData: { origin: "https://connexion.bron.test.mechant.fr" } };
const elsewhere = `sha256:${"c".repeat(64)}`;

const answers: Attack = attack({
  who: "proposer",
  what: "have an official's passkey count for what they did not say yes to: another change, an update that was made, another page, an unlocked telephone",
  drawn: fc.array(
    fc.constantFrom(
      "of another digest",
      "of another report",
      "with other sentences",
      "for a year",
      "without a proposal",
      "after its update",
      "on another page",
      "unverified",
      "by another key",
      "copied to another line",
    ),
    { minLength: 1, maxLength: 4 },
  ),
  within: alone((moves) => {
    // The other one of two said yes; what the mayor said is what is forged.
    let log = new BrowserLog("two").proposed(administrator).approved(other);
    for (const move of moves) {
      if (move === "of another digest") log.answered({ digest: elsewhere });
      if (move === "of another report") log.answered({ report: elsewhere });
      if (move === "with other sentences") log.answered({ shown: ["Rien ne change pour personne."] });
      if (move === "for a year") log.answered({ expires: "2027-11-26T10:00:00.000Z" });
      if (move === "without a proposal") log.answered({ proposal: undefined });
      if (move === "on another page") log.answered({}, { forged: otherPage });
      if (move === "unverified") log.answered({}, { forged: { flags: 1 } });
      if (move === "by another key") log.answered({}, { by: strangersTelephone });
      if (move === "copied to another line") {
        const { entry, assertion } = JSON.parse(log.answered({ shown: [] }).lines.pop() ?? "{}");
        log.lines.push(JSON.stringify({ entry: { ...entry, shown }, assertion }));
      }
      if (move === "after its update") {
        const before = log.lines;
        log = new BrowserLog("two");
        log.lines = before;
        log.answered().applied().proposed(administrator).approved(other).answered();
      }
    }
    const judged = judgeLog(readLog(log.text), { stack: "bron", approvers: signers });
    return judgeApproval(judged, asked, now).problems.length > 0 ? undefined : "it is approved";
  }),
});

const unsigned: Attack = attack({
  who: "administrator",
  what: "write into the log that something was applied or failed, without the commune's key",
  drawn: fc.record({
    kind: fc.constantFrom("applied", "failed", "refused" as const),
    key: fc.oneof(fc.constant("nobody" as const), fc.uint8Array({ minLength: 32, maxLength: 32 })),
    isSigned: fc.boolean(),
  }),
  within: alone(({ kind, key, isSigned }) => {
    const log = written();
    if (key === "nobody") log.written(kind, "nobody");
    else if (isSigned) log.written(kind, Buffer.from(key));
    else {
      const [last] = lines.slice(-1);
      const { entry } = writtenLine(
        { ...last.entry, kind, by: undefined, previous: headOf(readLog(log.text)).head },
        forgersKey,
      );
      log.lines.push(JSON.stringify(signedLine(entry, mayor)));
    }
    return isDoubted(log.text) ? undefined : log.lines.at(-1);
  }),
});

const deep = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.nat(),
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie("value"), { minKeys: 1, maxKeys: 4 }),
})).object;

const hidden: Attack = attack({
  who: "proposer",
  what: "hide a value from the approved digest below a name that begins with two underscores",
  drawn: fc.record({
    props: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), deep, { minKeys: 1, maxKeys: 3 }),
    below: fc.stringMatching(/^[a-z.]{0,8}$/),
    depth: fc.nat(5),
    at: fc.nat(),
  }),
  within: alone(({ props, below, depth, at }) => {
    const type = "kubernetes:core/v1:ConfigMap";
    const more = structuredClone(props) as Record<string, unknown>;
    let holder: Record<string, unknown> = more;
    for (let level = 0; level <= depth; level += 1) {
      const inner = Object.values(holder).filter(
        (each): each is Record<string, unknown> => typeof each === "object" && each !== null,
      );
      const next = inner[at % Math.max(1, inner.length)];
      if (next === undefined) break;
      holder = next;
    }
    const name = `__${below}`;
    if (Array.isArray(holder)) holder.push({ [name]: 1 });
    else holder[name] = 1;
    const counted = (declared: Declared["props"]) =>
      JSON.stringify(countedParts({ type, props: declared, options: {} }, Buffer.alloc(32, 1)).parts);
    return counted(more) === counted(props as Declared["props"]) ? `${name} does not count` : undefined;
  }),
});

const grown = (count: number, from = count + 1) =>
  Array.from({ length: count }, (_, index) => `${index + 1 >= from ? "other" : "line"} ${index + 1}`);

const heads: Attack = attack({
  who: "administrator",
  what: "make peers forget a log that was rewritten, by letting it grow",
  drawn: fc.record({
    grows: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
    rewritten: fc.nat(),
    floods: fc.array(
      fc.record({ lines: fc.integer({ min: 0, max: 80 }), hours: fc.nat(5000), says: fc.boolean() }),
      {
        maxLength: 40,
      },
    ),
  }),
  within: alone(({ grows, rewritten, floods }) => {
    let [memory, at, count]: [Memory, number, number] = [
      { heads: [] },
      Date.parse("2026-11-26T10:00:00Z"),
      0,
    ];
    const asks = (all: readonly string[], saysBefore: boolean) => {
      const { before, ...head } = saidHead(all);
      memory = remember(memory, saysBefore ? { ...head, before } : head, approvalLog, new Date(at));
    };
    for (const lines of grows) {
      count += lines;
      at += 3_600_000;
      asks(grown(count), true);
    }
    const from = 1 + (rewritten % count);
    for (const { lines, hours, says } of floods) {
      count += lines;
      at += hours * 3_600_000;
      asks(grown(count, from), says);
    }
    const log = readLog(
      grown(count, from)
        .map((line) => `${line}\n`)
        .join(""),
    );
    const found = witnessProblems(
      log,
      memory.heads.map((head) => ({ of: "lyon", ...head })),
    );
    return found.length > 0 ? undefined : `nobody sees that line ${from} is another one`;
  }),
});

/** Attacks of whoever changes the infrastructure. */
export const approvals: readonly Attack[] = [reports, hidden, forgeries, answers, altered, unsigned, heads];
