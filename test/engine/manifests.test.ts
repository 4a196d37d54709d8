import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { readGolden, reviewedCommunes } from "../registrations/golden.ts";
import { kubernetesObjects } from "../registrations/objects.ts";
import { bareCluster } from "./bare.ts";

const { environment } = bareCluster();
/** Beside the communes that other tests bring up on this cluster. */
const mark = "strict-";

/** Whether an object is for an operator: fields of those are in test/components/platform/database-cluster.test.ts. */
const isForOperator = ({ apiVersion }: KubernetesObject) => /\bcnpg\.io\//.test(apiVersion);

/**
 * Returns what was reviewed for a commune, in namespaces of this test's own, without what an API server with no operator
 * does not know.
 */
function reviewed(commune: string): KubernetesObject[] {
  // What golden files have in the place of compressed bytes is no base64.
  const registrations = readGolden(commune, (text) => text.replaceAll('"[compressed]"', '""'));
  return kubernetesObjects(registrations)
    .filter((object) => !isForOperator(object))
    .map((object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        ...(object.metadata.namespace && { namespace: mark + object.metadata.namespace }),
        name: object.kind === "Namespace" ? mark + object.metadata.name : object.metadata.name,
      },
    }));
}

function kubectl(args: readonly string[], objects: readonly unknown[]) {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  return execa("kubectl", [...args, "-f", "-"], { env: environment, input, reject: false, all: true });
}

/** Namespaces must exist for anything in them to be tried; nothing else is ever made. */
async function tryOut(objects: readonly KubernetesObject[]): Promise<{ exitCode: number; said: string }> {
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  const made = await kubectl(["apply", "--server-side", "--validate=strict"], namespaces);
  if (made.exitCode !== 0) return { exitCode: made.exitCode ?? 1, said: made.all };
  const others = objects.filter(({ kind }) => kind !== "Namespace");
  const { exitCode, all } = await kubectl(
    ["create", "--dry-run=server", "--validate=strict", "--output=name"],
    others,
  );
  return { exitCode: exitCode ?? 1, said: all };
}

afterAll(async () => {
  const { stdout } = await execa("kubectl", ["get", "namespaces", "--output=name"], { env: environment });
  const ours = stdout.split("\n").filter((name) => name.startsWith(`namespace/${mark}`));
  if (ours.length > 0) await execa("kubectl", ["delete", ...ours, "--wait=false"], { env: environment });
});

describe("the API server takes every field of every object", () => {
  test.each(reviewedCommunes())("%s", async (commune) => {
    const objects = reviewed(commune);
    const { exitCode, said } = await tryOut(objects);
    // A pod that Pod Security would refuse is only a warning on the object that makes it.
    expect(said).not.toMatch(/unknown field|would violate PodSecurity|deprecated|[Ee]rror/);
    expect(exitCode, said).toBe(0);
    expect(said.trim().split("\n").length).toBeGreaterThanOrEqual(
      objects.filter(({ kind }) => kind !== "Namespace").length,
    );
  });

  test("a misspelt field would be refused", async () => {
    const [namespace, deployment] = [
      reviewed("albigny-sur-saone").find(({ kind }) => kind === "Namespace"),
      reviewed("albigny-sur-saone").find(({ kind }) => kind === "Deployment"),
    ];
    if (!namespace || !deployment) throw new Error("nothing to misspell");
    const text = JSON.stringify([namespace, deployment]).replaceAll("containerPort", "containrPort");
    const { exitCode, said } = await tryOut(JSON.parse(text) as KubernetesObject[]);
    expect(exitCode).not.toBe(0);
    expect(said).toMatch(/unknown field .*containrPort/);
  });
});
