import { Provider } from "@pulumi/kubernetes/provider.js";
import type pulumi from "@pulumi/pulumi";
import { refuse } from "../foundation/refuse.ts";
import type { KeyPair } from "../foundation/site/certificate.ts";
import { clusterProblem } from "../foundation/site/cluster.ts";
import { certificateFrom, clusterOf, operatorOf, pullSecretFrom } from "../foundation/site/config.ts";
import type { Site } from "../foundation/site/site.ts";

/** The cluster of a stack's settings, with everything that a run reads there before it changes anything. */
export interface Cluster {
  provider: Provider;
  /** The uid of its namespace `kube-system`. */
  uid: Promise<string>;
  /** Credentials for pulling images; undefined if anybody may pull them. */
  pullSecret: pulumi.Output<string> | undefined;
  /** The certificate that each run copies; undefined if the site names none. */
  certificate: pulumi.Output<KeyPair> | undefined;
  /**
   * Resolves, to an empty list, once the cluster is known to be the commune's and to have what the settings name.
   * Otherwise never, or with the refusal: dependants then do not reach the engine.
   */
  admitted: Promise<pulumi.Resource[]>;
}

/**
 * Connects to the cluster, and checks it.
 *
 * @param stack its name, with which names of the resources begin.
 * @param known uid of the cluster of the last complete update; undefined before it.
 * @param isSpread whether an operator has to keep PostgreSQL on several nodes.
 * @param passed resources that the provider, and thereby everything, waits for.
 */
export function clusterAt(
  stack: string,
  site: Site,
  known: string | undefined,
  isSpread: boolean,
  passed: Promise<pulumi.Resource[]>,
): Cluster {
  const provider = new Provider(
    `${stack}-cluster`,
    {
      ...(site.context === undefined ? {} : { context: site.context }),
      // Constant: another identifier would make Pulumi create the commune over itself, then delete it.
      clusterIdentifier: stack,
      // Otherwise a changed ConfigMap is deleted and created again, with every Deployment that reads it.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      // A killed engine forgets the object that it was creating: the next run adopts it instead of failing.
      upsertExistingObjects: true,
    },
    {
      // Stacks older than docs/decisions/0029-which-cluster.md have another identifier, and keep it.
      ignoreChanges: ["clusterIdentifier"],
      dependsOn: passed,
    },
  );
  const uid = clusterOf(stack, provider);
  const pullSecret = pullSecretFrom(stack, site, provider);
  const certificate = certificateFrom(stack, site, provider);
  const admitted = Promise.all([
    uid.then((now) => refuseAnother(clusterProblem(stack, known, now, site.context))),
    whenRead(pullSecret),
    whenRead(certificate),
    whenRead(isSpread ? operatorOf(stack, provider) : undefined),
  ]).then(() => []);
  return { provider, uid, pullSecret, certificate, admitted };
}

function refuseAnother(problem: string | undefined): void {
  if (problem !== undefined) refuse(problem);
}

/** Resolves once a value is known; never if reading it was refused. */
function whenRead(value: pulumi.Output<unknown> | undefined): Promise<unknown> | undefined {
  return value && new Promise((resolve) => value.apply(resolve));
}
