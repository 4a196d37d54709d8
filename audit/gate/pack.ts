import policy from "@pulumi/policy";
import { byTheClock, countedOutputs, countedParts } from "../approval/parts.ts";
import { nameOfUrn } from "../approval/plan.ts";
import { Exchange, gatePolicies } from "./exchange.ts";

/**
 * Asked by the engine of every resource before it is made, and of all at the end of a preview: it counts what would be
 * applied, and lets nothing through that `commune apply` has not let through.
 */
const configSchema = {
  properties: { folder: { type: "string", minLength: 1 } },
  required: ["folder"],
} as const satisfies policy.PolicyConfigSchema;

const level = "mandatory";
const description = "An update does what was approved, and nothing else.";

/** Options of a resource that count beside its inputs. The engine does not say whether it is retained. */
function optionsOf({ opts, provider }: policy.ResourceValidationArgs): Record<string, unknown> {
  const { protect, ignoreChanges, customTimeouts, deleteBeforeReplace, additionalSecretOutputs, parent } =
    opts;
  return {
    protect,
    ignoreChanges: [...ignoreChanges].sort(),
    additionalSecretOutputs: [...additionalSecretOutputs].sort(),
    customTimeouts,
    ...(deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace }),
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider: provider.urn }),
  };
}

const [ofEach, ofAll] = gatePolicies;

const each: policy.ResourceValidationPolicy = {
  name: ofEach,
  description,
  enforcementLevel: level,
  configSchema,
  validateResource: async (args, report) => {
    const { urn, type, props, getConfig } = args;
    const exchange = new Exchange(getConfig<{ folder: string }>().folder);
    const declared = { type, props, options: optionsOf(args) };
    const { verdict } = exchange;
    const key = await exchange.awaitKey();
    // There is none before the preview has ended: @pulumi/policy 1.21 does not tell a pack which of the two this is.
    if (verdict === undefined) {
      exchange.see({ urn, ...countedParts(declared, key) });
      return;
    }
    const allowed = "resources" in verdict ? verdict.resources[urn] : undefined;
    if (allowed === undefined) {
      report(`${nameOfUrn(urn)} is not among what was approved. Apply with: npx commune apply`);
      return;
    }
    const { parts } = countedParts(declared, key, allowed.late);
    const names = [...new Set([...Object.keys(parts), ...Object.keys(allowed.parts)])];
    const other = names.filter((name) => parts[name] !== allowed.parts[name]);
    if (other.length > 0) report(`${nameOfUrn(urn)} has other values than approved in ${other.join(", ")}.`);
  },
};

const whole: policy.StackValidationPolicy = {
  name: ofAll,
  description,
  enforcementLevel: level,
  configSchema,
  validateStack: async ({ resources, getConfig }, report) => {
    const exchange = new Exchange(getConfig<{ folder: string }>().folder);
    // When this is asked of an update, all has been done.
    if (exchange.verdict !== undefined) return;
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    exchange.end({
      outputs: countedOutputs(stack?.props ?? {}, await exchange.awaitKey(), [byTheClock]),
      sources: Object.fromEntries(
        resources.map(({ urn, propertyDependencies }) => [
          urn,
          Object.fromEntries(
            Object.entries(propertyDependencies).map(([part, from]) => [part, from.map((one) => one.urn)]),
          ),
        ]),
      ),
    });
    if (!exchange.isAsked) return;
    const verdict = await exchange.awaitVerdict();
    if (verdict === undefined) report("nobody says whether this was approved. Run it again.");
    else if ("refused" in verdict) for (const reason of verdict.refused) report(reason);
  },
};

new policy.PolicyPack("commune-gate", { policies: [each, whole] });
