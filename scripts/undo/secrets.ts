import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { Published } from "../../components/commune/published.ts";
import { versionsOf } from "../../components/commune/secrets.ts";
import type { SecretVersions } from "../../components/foundation/seed/labels.ts";

/**
 * Versions that a declaration must name so that no secret goes back: applications and people already have the newer
 * ones.
 */
export function raisedSince(published: Pick<Published, "secrets">, plan: CommunePlan): SecretVersions {
  const declared = versionsOf(plan);
  return Object.fromEntries(
    Object.entries(published.secrets ?? {}).filter(
      ([name, version]) => version > (declared[name] ?? version),
    ),
  );
}

/** Returns what a stack has published, with the versions of secrets that a declaration raises. */
export function withVersionsOf(
  { secrets = {} }: Pick<Published, "secrets">,
  plan: CommunePlan,
): Pick<Published, "secrets"> {
  const raised = Object.entries(versionsOf(plan)).filter(([name, version]) => version > (secrets[name] ?? 1));
  return { secrets: { ...secrets, ...Object.fromEntries(raised) } };
}

/** Writes versions into the `secrets:` section of a `commune.yaml`; a file without that section gets it at its end. */
export function writeVersions(file: string, versions: SecretVersions): void {
  const entries = Object.entries(versions);
  if (entries.length === 0) return;
  const text = readFileSync(file, "utf8");
  const document = parseDocument(text);
  if (!document.has("secrets")) {
    const lines = entries.map(([name, version]) => `  ${name}: ${version}\n`);
    writeFileSync(file, `${text.trimEnd()}\nsecrets:\n${lines.join("")}`);
    return;
  }
  for (const [name, version] of entries) document.setIn(["secrets", name], version);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}
