import { nearest } from "../foundation/declaration/choice.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import { type SecretLabel, secretName } from "../foundation/seed/labels.ts";
import { superuserPassword } from "../platform/database/secrets.ts";
import { type MariadbPlan, planMariadb } from "../platform/mariadb/plan.ts";
import { rootPassword } from "../platform/mariadb/secrets.ts";
import { secretsOfApplication } from "../tenants/applications/application.ts";
import { mariadbServersOf, planTenants, type TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { isOfAssociations } from "./secret-names.ts";

/** What associations have that runs, or that was retired. */
interface Hosted {
  tenants?: readonly TenantPlan[] | undefined;
  /** The server that they share. */
  mariadb?: MariadbPlan | undefined;
}

/** The secrets of associations' applications, and those of the MariaDB servers of their rows. */
export function secretsOfAssociations({ tenants = [], mariadb }: Hosted): SecretLabel[] {
  return [
    ...tenants.flatMap(({ applications }) =>
      applications.flatMap((application) => secretsOfApplication(application).map(({ label }) => label)),
    ),
    ...mariadbServersOf({ mariadb, tenants }).map(({ server }) => rootPassword(server)),
  ];
}

/** Secrets with another version that no association has, or that have one version for ever. */
export function associationSecretProblems(declaration: CommuneDeclaration): FieldProblem[] {
  const site = { storageClass: undefined };
  const tenants = planTenants(declaration, site);
  const mariadb = planMariadb(declaration.id, declaration.tenants?.mariadb, site);
  const labels = new Map(
    (["running", "retired"] as const)
      .flatMap((how) => [
        ...secretsOfAssociations({ tenants: tenants[how], mariadb: mariadb[how] }),
        ...tenants[how].flatMap(({ postgresql }) =>
          postgresql ? [superuserPassword(postgresql.server)] : [],
        ),
      ])
      .map((label) => [secretName(label), label]),
  );
  return Object.keys(declaration.secrets).flatMap((name) => {
    const field = ["secrets", name];
    if (!isOfAssociations(name)) return [];
    const label = labels.get(name);
    if (label?.rotation === "never") {
      const message = `${show(name)} has one version for ever: it is the ${label.description}. Take the line out.`;
      return [{ field, message }];
    }
    if (label !== undefined) return [];
    const near = nearest(name, [...labels.keys()]);
    const advice = near ? `Did you mean ${show(near)}?` : "Take the line out.";
    return [{ field, message: `${show(name)} is no password or key of an association. ${advice}` }];
  });
}
