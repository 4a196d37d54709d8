import { Admissions } from "./admission.ts";

/** A tenth, in thousandths of a core, of what a container asks for in cores. */
const tenth = "string(int(quantity(c.resources.requests.cpu).asApproximateFloat() * 100.0)) + 'm'";

/** Each container of a list, with a tenth of what it asks for. */
const askingLess = (containers: string) =>
  `Object{spec: Object.spec{${containers}: object.spec.${containers}.filter(c, has(c.resources) && has(c.resources.requests) && 'cpu' in c.resources.requests).map(c, Object.spec.${containers}{name: c.name, resources: Object.spec.${containers}.resources{requests: {'cpu': ${tenth}}}})}}`;

const label = "commune.cloud/commune";

/** The communes that are meant, by their label: a requirement of a label selector. */
export interface Meant {
  operator: "In" | "NotIn";
  values: readonly string[];
}

/**
 * Lets the pods of communes ask for a tenth of the processor: three communes ask for 2.1 cores, and a machine of two has no
 * place for their last pods. What is declared stays, and so do quotas and limits; the API server changes pods alone, which
 * it knows by their label, when it makes them. That they fit as they are declared is for others to show: the core.
 */
export async function askForLessProcessor(environment: NodeJS.ProcessEnv, meant: Meant): Promise<void> {
  const name = "less-processor";
  const commune = meant.operator === "In" ? (meant.values[0] ?? "") : name;
  const isCommune = { key: label, operator: "Exists" };
  const asked = new Admissions(environment, [
    {
      kind: "MutatingAdmissionPolicy",
      name,
      spec: {
        reinvocationPolicy: "Never",
        matchConstraints: {
          objectSelector: { matchExpressions: [isCommune, { key: label, ...meant }] },
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
          ],
        },
        mutations: [
          { patchType: "ApplyConfiguration", applyConfiguration: { expression: askingLess("containers") } },
          {
            patchType: "ApplyConfiguration",
            applyConfiguration: {
              expression: `has(object.spec.initContainers) ? ${askingLess("initContainers")} : Object{}`,
            },
          },
        ],
      },
    },
    { kind: "MutatingAdmissionPolicyBinding", name, spec: { policyName: name } },
  ]);
  const requests = { cpu: "100m" };
  await asked.begin(async () => {
    const { spec } = await asked.tried({
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: { namespace: "default", name, labels: { [label]: commune } },
      spec: { containers: [{ name: "tried", image: "tried", resources: { requests } }] },
    });
    return spec.containers[0]?.resources.requests.cpu === "10m";
  });
}
