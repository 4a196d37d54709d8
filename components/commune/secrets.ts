import { inVersion, type SecretLabel, secretName } from "../foundation/seed/labels.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { runningPlans } from "./running-plans.ts";

/** Returns the secrets that a plan derives, each in its current version, including those of retired services. */
export function secretsOf(plan: CommunePlan): SecretLabel[] {
  const { retired, secretVersions } = plan;
  const labels = parts.flatMap((part) =>
    [runningPlans(plan), retired].flatMap((plans) => part.secrets?.(plans) ?? []),
  );
  return labels.map((label) => inVersion(label, secretVersions));
}

/** Returns the version of each secret, derived or given, by its name. */
export function versionsOf(plan: CommunePlan): Record<string, number> {
  return Object.fromEntries([
    ...secretsOf(plan).map((label): [string, number] => [secretName(label), label.version]),
    ...plan.givenSecrets.map((name): [string, number] => [name, plan.secretVersions[name] ?? 1]),
  ]);
}
