import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { mariadbHolders } from "../../platform/mariadb/manifests.ts";
import type { MariadbPlan } from "../../platform/mariadb/plan.ts";
import { rootPassword } from "../../platform/mariadb/secrets.ts";
import { secretsOfApplication } from "../applications/application.ts";
import { tenantHolders } from "./manifests.ts";
import { mariadbServersOf, type TenantPlan } from "./plan.ts";

const nginx = { name: "nginx", image: images.nginx };

/** Associations and the MariaDB servers of their rows. */
export const tenantPart: Part<{
  tenants?: readonly TenantPlan[] | undefined;
  mariadb?: MariadbPlan | undefined;
}> = {
  holders: (plans) => [
    ...(plans.tenants ?? []).map(tenantHolders),
    ...mariadbServersOf(plans).map(mariadbHolders),
  ],
  secrets: (plans) => [
    ...(plans.tenants ?? []).flatMap(({ applications }) =>
      applications.flatMap((application) => secretsOfApplication(application).map(({ label }) => label)),
    ),
    ...mariadbServersOf(plans).map(({ server }) => rootPassword(server)),
  ],
  software: (plans) => [
    ...(mariadbServersOf(plans).length > 0 ? [{ name: "mariadb", image: images.mariadb }, nginx] : []),
    ...((plans.tenants ?? []).length > 0 ? [nginx] : []),
  ],
};
