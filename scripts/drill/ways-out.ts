import { spoken } from "../language.ts";
/** A network policy, as far as it lets anything out. */
export interface EgressPolicy {
  metadata: { name: string; namespace?: string };
  spec?: {
    podSelector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown };
    policyTypes?: readonly string[];
    egress?: readonly EgressRule[];
  };
}

interface EgressRule {
  to?: readonly {
    ipBlock?: { cidr: string };
    namespaceSelector?: { matchLabels?: Record<string, string> };
    podSelector?: object;
  }[];
  ports?: readonly { port?: number | string }[];
}

const namePort = 53;

/**
 * Whether a rule is for names only: these have to be resolved. It is no way for data, except for whoever asks for
 * names that are data.
 */
const isForNames = ({ ports = [] }: EgressRule) =>
  ports.length > 0 && ports.every(({ port }) => Number(port) === namePort);

/** Whether all that a rule leads to is in a copy's own namespaces. */
function isInside({ to = [] }: EgressRule, copy: string): boolean {
  return (
    to.length > 0 &&
    to.every(({ ipBlock, namespaceSelector, podSelector }) => {
      // Without a selector of namespaces it is the policy's own.
      if (ipBlock !== undefined) return false;
      if (namespaceSelector === undefined) return podSelector !== undefined;
      const name = namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"];
      return name?.startsWith(`${copy}-`) === true;
    })
  );
}

/**
 * Every way by which something of a drilled copy could leave its namespaces: rules that lead elsewhere, and
 * namespaces in which traffic without a rule is not denied. Empty if it is closed.
 *
 * @param copy beginning of its namespaces: `drill-millery`.
 */
export function waysOut(
  namespaces: readonly string[],
  policies: readonly EgressPolicy[],
  copy: string,
): string[] {
  const denied = new Set(
    policies.flatMap(
      ({ metadata: { namespace }, spec: { podSelector = {}, policyTypes = [], egress = [] } = {} }) =>
        Object.keys(podSelector).length === 0 && policyTypes.includes("Egress") && egress.length === 0
          ? [namespace]
          : [],
    ),
  );
  return [
    ...namespaces
      .filter((each) => !denied.has(each))
      .map((each) =>
        spoken({ en: `${each} denies nothing by itself`, fr: `rien n’est interdit d’office dans ${each}` }),
      ),
    ...policies.flatMap(({ metadata: { namespace = "", name }, spec: { egress = [] } = {} }) =>
      egress.every((rule) => isForNames(rule) || isInside(rule, copy))
        ? []
        : [
            spoken({
              en: `${namespace}/${name} leads out of the copy`,
              fr: `${namespace}/${name} mène hors de la copie`,
            }),
          ],
    ),
  ];
}
