import { join } from "node:path";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import type { CommunePlan } from "../../../components/commune/planned.ts";
import { loadFederation } from "../../../components/federation/members.ts";
import { loadYaml } from "../../../components/foundation/declaration/load.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { checkout } from "../../../local/paths.ts";
import { readGolden } from "../../registrations/golden.ts";
import type { Registration } from "../../registrations/order.ts";

const key = ({ type, name }: Pick<Registration, "type" | "name">) => `${type}::${name}`;

/** A secret as an exported state shows it. */
export const shownSecret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

/** Resources of a reviewed commune in a state that is exported with its secrets shown: components name what is in them. */
export function goldenState(commune: string): { deployment: { resources: object[] } } {
  const all = readGolden(commune);
  const byKey = new Map(all.map((one) => [key(one), one]));
  const below = (one: string): string[] => [
    ...(byKey.get(one)?.type.startsWith("kubernetes:") ? [one] : []),
    ...all.filter(({ parent }) => parent === one).flatMap((child) => below(key(child))),
  ];
  const inputs = (one: Registration) =>
    JSON.parse(JSON.stringify(one.inputs), (_, value) =>
      value === "[secret]" ? shownSecret("hunter2") : value,
    );
  return {
    deployment: {
      resources: all.map((one) => ({
        urn: key(one),
        type: one.type,
        inputs: inputs(one),
        dependencies: one.dependsOn.flatMap(below).filter((each) => each !== key(one)),
      })),
    },
  };
}

/** The plan of the example with every field, as the program of `examples-full` has it. */
export function fullPlan(): CommunePlan {
  const stacks = join(checkout, "stacks");
  const loaded = loadYaml(join(stacks, "examples", "full.yaml"), communeSchema);
  const metropolis = loadFederation(stacks);
  if (!loaded.ok || !metropolis?.ok) throw new Error("no example");
  return planCommune(loaded.declaration, siteOf(siteSchema.parse({})), {
    metropolis: metropolis.declaration,
  });
}
