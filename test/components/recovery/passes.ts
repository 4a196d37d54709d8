import { everyService, type Pass } from "../../../components/recovery/vault/access.ts";

/** A pass that opens a vault as a whole, or as a test says. */
export const passOf = (given: Partial<Pass> = {}): Pass => ({
  version: 1,
  incarnation: 1,
  service: everyService,
  purpose: "append",
  keepDays: 90,
  ...given,
});
