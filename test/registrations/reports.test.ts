import { setImmediate } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { needOf } from "../../audit/approval/needs.ts";
import { addressesCompared, openingsCompared } from "../../audit/compared.ts";
import type { Facts } from "../../audit/facts.ts";
import { labelOfFacts } from "../../audit/label.ts";
import { objectChanges } from "../../audit/objects.ts";
import { answersOf } from "../../audit/summary/answers.ts";
import { summaryOf } from "../../audit/summary/summary.ts";
import { concernedBy, untoldIn } from "../../audit/untold.ts";
import { weightOf } from "../../audit/weight.ts";
import { podsOf, restartChanges } from "../../components/commune/changes/restarts.ts";
import { published } from "../../components/commune/publish.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { judge } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { changesOfPair, longest, type PairSide, sidesOfPair } from "../../scripts/schema/changes.ts";
import { type Pair, pairs } from "../../scripts/schema/pairs.ts";
import { combined } from "../../scripts/schema/together.ts";
import { withHelm } from "../components/tenants/stacks.ts";
import { withoutSourceMaps } from "./recorder.ts";

/**
 * Scripted changes as `commune report` reports them: whole programs of before and after, and what an official reads about
 * the difference. The expected text was read line by line, as a careful administrator would.
 */
beforeAll(withHelm, 20 * 60_000);

const today = "2026-11-25";
/** No build is locked here. */
const asked = rules.filter(({ id }) => id !== "images-by-digest");

const known = new Map<string, Promise<KubernetesObject[]>>();

/** Returns what the program registers; many pairs begin with the same commune. */
function objects(side: PairSide): Promise<KubernetesObject[]> {
  const { declaration, plan, site } = side;
  const key = JSON.stringify([declaration, site, plan.placed, plan.portal?.news]);
  const made = async () =>
    JSON.parse(JSON.stringify(await withoutSourceMaps(() => objectsOf(declaration.id, plan, site))));
  const found = known.get(key) ?? made();
  known.set(key, found);
  return found;
}

interface Made {
  facts: Facts;
  /** Rules that the change breaks, and that were kept before. */
  broken: string[];
}

async function factsOf(pair: Pair): Promise<Made> {
  const { steps, after } = sidesOfPair(pair);
  const before = steps.at(-1);
  if (before === undefined) throw new Error("A pair has a declaration before.");
  // The program runs without a pause: the runner is to hear of each test in time.
  await setImmediate();
  const was = await objects(before);
  const is = await objects(after);
  const findings = (side: PairSide, all: KubernetesObject[]) =>
    judge(asked, { ...side, objects: all, today });
  const old = new Set(findings(before, was).map(({ rule, what }) => `${rule.id} ${what}`));
  const found = findings(after, is).filter(({ rule, what }) => !old.has(`${rule.id} ${what}`));
  const last = { ...published(before.plan, "00ff"), pods: podsOf(was, before.plan) };
  const facts: Facts = {
    ...{ today, origin: { kind: "published" }, points: [], findings: found, siteIsKnown: true },
    before: { objects: was },
    after: { ...after, objects: is },
    changes: [...changesOfPair(pair), ...restartChanges(last, after.plan, podsOf(is, after.plan))],
    objects: objectChanges(was, is),
  };
  return { facts, broken: [...new Set(found.map(({ rule: { id, level } }) => `${id} (${level})`))] };
}

const listed = (items: Iterable<string>) => [...items].join(", ") || "nothing";

/** All changes, and some that come together. */
const scripted = [...pairs, ...combined];

/** Text of a report that the golden file holds: a paragraph, with all of the summary but what rules say. */
function told({ en }: Pair, { facts, broken }: Made): string {
  const { come, gone } = addressesCompared(facts);
  const ways = openingsCompared(facts).come.filter(({ party }) => party.who !== "namespace");
  return [
    `# ${en}`,
    `${labelOfFacts(facts)}; who has to say yes: ${needOf(weightOf(facts))}; interruption: ${longest(facts.changes)}`,
    `touches: ${listed(concernedBy(facts))}`,
    `becomes public: ${listed(come.map(({ address }) => address))}; no longer: ${listed(gone.map(({ address }) => address))}`,
    `new ways in and out: ${listed(ways.map(({ service, direction, party, ports }) => `${service} ${direction} ${party.who} ${ports}`))}`,
    `beside what is told: ${listed(untoldIn(facts).map(({ service, objects: count }) => `${service} (${count})`))}`,
    `rules that it breaks: ${listed(broken)}`,
    ...summaryOf(facts, "fr").slice(0, 4),
    "",
  ].join("\n");
}

describe("scripted changes", () => {
  const texts: string[] = [];

  test.each(scripted)("$en", async (pair) => {
    const made = await factsOf(pair);
    texts.push(told(pair, made));
    const [what, whom, back] = summaryOf(made.facts, "fr");
    const isOther = made.facts.objects.changed.length + made.facts.changes.length > 0;
    // Whatever an object of the cluster becomes, something is said of it.
    if (isOther) expect(what).not.toBe("Rien ne change.");
    if (concernedBy(made.facts).size > 0) expect(whom).not.toContain("Personne");
    if (labelOfFacts(made.facts) !== "reversible")
      expect(back).not.toContain("en écrivant de nouveau ce qui était déclaré");
    // What is deleted for good stands first, and says of whom.
    if (answersOf(made.facts).lost === "erased") expect(what).toMatch(/effac|supprim/);
    // Whatever can be reached by everybody for the first time takes two.
    if (addressesCompared(made.facts).come.length > 0) expect(weightOf(made.facts).opens).toBe(true);
  });

  test("are told as was reviewed", async () => {
    expect(texts).toHaveLength(scripted.length);
    await expect(texts.join("\n")).toMatchFileSnapshot("../golden/reports.txt");
  });
});
