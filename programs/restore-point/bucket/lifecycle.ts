import { oldVersionsRules } from "../../../components/recovery/vault/bucket/lifecycle.ts";
import type { Surroundings } from "../surroundings.ts";
import { messageOf, openVaults } from "../vaults.ts";
import { bucketOf } from "./versions.ts";

/**
 * Returns why points are useless before their time: a rule of the bucket's lifecycle removes old versions sooner than the vaults
 * let go of points. Undefined if none does, or if there is no bucket; what the store does not tell is said, and stops no point.
 */
export async function shortLived(
  around: Pick<Surroundings, "settings" | "access" | "bucketKeys" | "fetch" | "say">,
): Promise<string | undefined> {
  const bucket = bucketOf(around);
  if (bucket === undefined) return undefined;
  const keepDays = Math.max(...openVaults(around).map((vault) => vault.keepDays));
  try {
    const [rule] = (await oldVersionsRules(bucket.client))
      .filter(({ prefix, days }) => days < keepDays && areRelated(prefix, bucket.prefix))
      .sort((one, other) => one.days - other.days);
    return (
      rule &&
      `the bucket ${bucket.bucket} removes what was overwritten or deleted after ${rule.days} days (rule "${rule.id}" of its lifecycle), and points are kept for ${keepDays}: an older one cannot be restored. Let the rule wait for ${keepDays} days at its store, or lower recovery.keep`
    );
  } catch (error) {
    around.say(
      `the bucket ${bucket.bucket} does not tell for how long it keeps old versions, and points need ${keepDays} days: ${messageOf(error)}. To have it watched, give its keys GetLifecycleConfiguration`,
    );
    return undefined;
  }
}

/** Whether some keys have both starts. */
const areRelated = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);
