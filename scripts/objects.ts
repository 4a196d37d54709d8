import pulumi from "@pulumi/pulumi";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { Commune } from "../components/commune/index.ts";
import type { Beside } from "../components/commune/plan.ts";
import type { Site } from "../components/site/site.ts";
import type { KubernetesObject } from "../policies/rule.ts";

/**
 * The Kubernetes objects that the program would register for a declaration, in the order of registration. Nothing
 * is contacted: the SDK runs without an engine, and every secret is the word `secret`.
 */
export async function objectsOf(
  declaration: CommuneDeclaration,
  site: Site,
  beside: Beside = {},
): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type.startsWith("kubernetes:")) objects.push(inputs as KubernetesObject);
        const base64 = Buffer.alloc(32).toString("base64");
        return { id: name, state: { ...inputs, base64 } };
      },
      call: ({ token }) => {
        throw new Error(`the program called ${token}`);
      },
    },
    "commune-cloud",
    declaration.id,
    true,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    new Commune(
      declaration.id,
      { declaration, site, ...beside, seed: undefined, given: () => pulumi.secret("secret") },
      {},
    );
    return {};
  });
  await pulumi.runtime.disconnect();
  return objects;
}
