import pulumi from "@pulumi/pulumi";
import { Commune } from "../components/commune/index.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { ImageLock } from "../components/foundation/image/lock.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import type { Site } from "../components/foundation/site/site.ts";

/**
 * The Kubernetes objects that the program would register for the plan of a commune, in the order of registration. Nothing
 * is contacted: the SDK runs without an engine. As in the preview of a new commune there is no seed, and what comes from
 * one is not known: the values of Secrets, and the mark of the seed on namespaces; nor is what a cluster says of an object.
 */
export async function objectsOf(
  id: string,
  plan: CommunePlan,
  site: Site,
  lock?: ImageLock,
): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, inputs }) => {
        if (type.startsWith("kubernetes:")) objects.push(inputs as KubernetesObject);
        return { id: "", state: inputs };
      },
      call: ({ token }) => {
        throw new TranslatedError({
          en: `the program called ${token}`,
          fr: `le programme a appelé ${token}`,
        });
      },
    },
    "commune-cloud",
    id,
    true,
  );
  // Not thrown within: the stack would keep it as its output, which nobody awaits, and Node would end on it.
  let refused: { why: unknown } | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      new Commune(id, { plan, site, seed: undefined, given: () => pulumi.secret("secret"), lock }, {});
    } catch (why) {
      refused = { why };
    }
    return {};
  });
  await pulumi.runtime.disconnect();
  if (refused !== undefined) throw refused.why;
  return objects;
}
