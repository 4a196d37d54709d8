import { identifier } from "../../../components/foundation/declaration/identifier.ts";
import { section } from "../../../components/foundation/declaration/section.ts";
import { size } from "../../../components/foundation/declaration/size.ts";
import { retirementSection } from "../../../components/foundation/retirement/declaration.ts";

/** The `gardens:` section: plots that the commune lends. */
export const gardensSection = section({
  subdomain: identifier({ noun: "a name", title: "name", example: "jardins" })
    .prefault("jardins")
    .describe("Public address below the commune's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "2 GiB" })
    .prefault("2 GiB")
    .describe("Volume for the list of plots."),
  retired: retirementSection.optional().describe("It runs no more."),
});
