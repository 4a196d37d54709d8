import { type BucketClient, BucketError } from "./client.ts";
import { all, type Element, readXml, textAt } from "./xml.ts";

/** A rule by which a bucket removes versions for good that are no longer the newest ones. */
export interface OldVersionsRule {
  id: string;
  /** Start of the keys that it is about. */
  prefix: string;
  /** Days after which it removes a version that was overwritten or deleted. */
  days: number;
}

/**
 * Returns the rules of a bucket by which old versions go, of those that are in force. A rule that spares the newest few of them, or
 * is about objects of a size or with a tag alone, counts like any other. Throws with 403 if the keys may not ask.
 */
export async function oldVersionsRules(client: BucketClient): Promise<OldVersionsRule[]> {
  try {
    const answer = readXml(await (await client.ask({ query: { lifecycle: "" } })).text());
    return all(answer, "Rule").flatMap(ruleIn);
  } catch (error) {
    // A bucket without rules has no such configuration.
    if (error instanceof BucketError && error.status === 404) return [];
    throw error;
  }
}

function ruleIn(rule: Element): OldVersionsRule[] {
  const [expiration] = all(rule, "NoncurrentVersionExpiration");
  if (expiration === undefined || textAt(rule, "Status") !== "Enabled") return [];
  const prefix =
    textAt(rule, "Filter", "And", "Prefix") ??
    textAt(rule, "Filter", "Prefix") ??
    textAt(rule, "Prefix") ??
    "";
  // Some stores let a number of versions be the whole rule.
  return [{ id: textAt(rule, "ID") ?? "", prefix, days: Number(textAt(expiration, "NoncurrentDays") ?? 0) }];
}
