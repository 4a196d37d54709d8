import type { Image } from "../../foundation/image/catalogue.ts";
import { findApplication } from "../applications/list.ts";
import type { TenantPlan } from "./plan.ts";

/** Images of the applications that associations have, each once: none of a suspended association. */
export function runningImages({
  tenants = [],
}: {
  tenants?: readonly TenantPlan[] | undefined;
}): readonly Image[] {
  const names = new Set(
    tenants
      .filter(({ suspendedSince }) => suspendedSince === undefined)
      .flatMap(({ applications }) => applications.map(({ name }) => name)),
  );
  return [...names].sort().flatMap((name) => findApplication(name)?.images ?? []);
}
