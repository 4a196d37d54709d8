import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import { secretName } from "../foundation/seed/labels.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { parts } from "./parts.ts";
import { isOfAssociations, meant } from "./secret-names.ts";

/** Finds raised versions of secrets that no association has, or that have one version for ever. */
export function associationSecretProblems(declaration: CommuneDeclaration): FieldProblem[] {
  const labels = new Map(
    parts.flatMap((part) => part.labelsIn?.(declaration) ?? []).map((label) => [secretName(label), label]),
  );
  return Object.keys(declaration.secrets).flatMap((name) => {
    const field = ["secrets", name];
    if (!isOfAssociations(name)) return [];
    const label = labels.get(name);
    if (label?.rotation === "never") {
      const message = `${show(name)} has one version for ever: it is the ${label.description}. Remove the line.`;
      return [{ field, message }];
    }
    if (label !== undefined) return [];
    const near = meant(name, [...labels.keys()]);
    const advice = near ? `Did you mean ${show(near)}?` : "Remove the line.";
    return [{ field, message: `${show(name)} is not a password or key of an association. ${advice}` }];
  });
}
