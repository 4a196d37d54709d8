import { inVersion, type SecretLabel, secretName } from "../foundation/seed/labels.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { runningPlans } from "./running-plans.ts";

/** The secrets that a plan derives, each in the version that counts; those of what was retired too. */
export function secretsOf(plan: CommunePlan): SecretLabel[] {
  const { retired, secretVersions } = plan;
  const labels = parts.flatMap((part) =>
    [runningPlans(plan), retired].flatMap((plans) => part.secrets?.(plans) ?? []),
  );
  return labels.map((label) => inVersion(label, secretVersions));
}

/** The version of each secret, by its name: of what is derived, and of what was given. */
export function versionsOf(plan: CommunePlan): Record<string, number> {
  return Object.fromEntries([
    ...secretsOf(plan).map((label): [string, number] => [secretName(label), label.version]),
    ...plan.givenSecrets.map((name): [string, number] => [name, plan.secretVersions[name] ?? 1]),
  ]);
}
