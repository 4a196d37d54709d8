import type { Project } from "../test/cluster/project.ts";

/** A Kubernetes object, as far as a bench reads it. */
export interface BenchObject {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
}

interface StateResource {
  type: string;
  /** Only read. */
  external?: boolean;
  inputs?: { apiVersion?: string; kind?: string; metadata?: { name?: string } };
}

/**
 * The Kubernetes objects of a stack as a user of kubectl would have them in files, in the order in which they
 * were created: namespaces first.
 */
export async function objectsOf(project: Project, stack: string): Promise<BenchObject[]> {
  const exported = await project.succeed("stack", "export", "-s", stack, "--show-secrets");
  const { deployment } = JSON.parse(exported) as { deployment: { resources: StateResource[] } };
  return deployment.resources
    .filter(({ type, external }) => type.startsWith("kubernetes:") && !external)
    .filter(({ inputs }) => inputs?.kind !== undefined)
    .map(({ inputs }) => plain(inputs) as BenchObject)
    .sort((a, b) => Number(b.kind === "Namespace") - Number(a.kind === "Namespace"));
}

/** State marks a secret as an object that holds its plain text as JSON; kubectl wants the value. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("plaintext" in value && typeof value.plaintext === "string") return plain(JSON.parse(value.plaintext));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "__provider")
      .map(([key, inner]) => [key, plain(inner)]),
  );
}
