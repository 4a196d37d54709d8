import pulumi from "@pulumi/pulumi";
import { Commune } from "../../components/commune/index.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { Manifest } from "../../components/foundation/manifest/manifest.ts";
import type { Site } from "../../components/foundation/site/site.ts";

/** Mark of a secret that the SDK hands to the engine. Source: pulumi/sdk, nodejs/runtime/rpc.ts */
const secretMark = "4dabf18193072939515e22adb298388d";

/** Values as they are, secrets among them. */
function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (secretMark in value && "value" in value) return revealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

/**
 * The objects of a commune as the program makes them from a seed, Secrets with their values among them: for a cluster of
 * this machine whose communes are nobody's. In the order of registration.
 *
 * @param seed 32 bytes, base64.
 */
export async function objectsWithSecrets(
  id: string,
  plan: CommunePlan,
  site: Site,
  seed: string,
): Promise<Manifest[]> {
  const objects: Manifest[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type.startsWith("kubernetes:")) objects.push(revealed(inputs) as Manifest);
        const base64 = type.endsWith(":RandomBytes") ? { base64: seed } : {};
        return { id: name, state: { ...inputs, ...base64 } };
      },
      call: ({ token }) => {
        throw new Error(`the program called ${token}`);
      },
    },
    "commune-cloud",
    id,
    false,
    "organization",
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    new Commune(id, { plan, site, seed: undefined, given: () => pulumi.secret("") }, {});
    return {};
  });
  await pulumi.runtime.disconnect();
  return objects;
}
