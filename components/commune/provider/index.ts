import { readFileSync } from "node:fs";
import pulumi from "@pulumi/pulumi";
import { toolkitFile } from "../../foundation/toolkit.ts";
import { Commune } from "../index.ts";
import { readInputs } from "./inputs.ts";
import { communeType } from "./surface.ts";

/**
 * Returns the provider of the Pulumi package `commune`: programs in other languages register a {@link Commune} with it
 * (docs/languages.md).
 *
 * @param version of the toolkit.
 */
export function communeProvider(version: string) {
  return {
    version,
    getSchema: async () => {
      const schema: object = JSON.parse(readFileSync(toolkitFile("provider/schema.json"), "utf8"));
      return JSON.stringify({ ...schema, version });
    },
    construct: async (
      name: string,
      type: string,
      inputs: pulumi.Inputs,
      options: pulumi.ComponentResourceOptions,
    ) => {
      if (type !== communeType) throw new Error(`${type} is not in this package, which has ${communeType}.`);
      const commune = new Commune(name, { ...readInputs(name, inputs), seed: undefined }, options);
      const { urn, addresses, firstAccounts } = commune;
      return { urn, state: { addresses, accounts: pulumi.secret(firstAccounts) } };
    },
  } satisfies pulumi.provider.Provider;
}
