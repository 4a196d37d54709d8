import { Provider } from "@pulumi/kubernetes/provider.js";
import type pulumi from "@pulumi/pulumi";
import { refuse } from "../foundation/refuse.ts";
import type { KeyPair } from "../foundation/site/certificate.ts";
import { clusterProblem } from "../foundation/site/cluster.ts";
import { certificateFrom, clusterOf, pullSecretFrom } from "../foundation/site/config.ts";
import type { Site } from "../foundation/site/site.ts";

/** The cluster that a stack's settings lead to, and what of it a run reads before it changes anything. */
export interface Cluster {
  provider: Provider;
  /** The uid of its namespace `kube-system`. */
  uid: Promise<string>;
  /** What images are pulled with; undefined where anybody may pull them. */
  pullSecret: pulumi.Output<string> | undefined;
  /** The certificate that each run copies; undefined where the site names none. */
  certificate: pulumi.Output<KeyPair> | undefined;
  /**
   * Resolves, to nothing, when it is known to be the commune's cluster and to have what the settings name. Never, or with
   * the refusal, otherwise: what depends on it does not reach the engine then.
   */
  admitted: Promise<pulumi.Resource[]>;
}

/**
 * @param stack its name, which names of the resources begin with.
 * @param known uid of the cluster of the last complete update; undefined before it.
 * @param passed what the provider waits for, and so everything.
 */
export function clusterAt(
  stack: string,
  site: Site,
  known: string | undefined,
  passed: Promise<pulumi.Resource[]>,
): Cluster {
  const provider = new Provider(
    `${stack}-cluster`,
    {
      ...(site.context === undefined ? {} : { context: site.context }),
      // Always the same: another one would make Pulumi create the commune anew over itself, then delete it.
      clusterIdentifier: stack,
      // Otherwise a changed ConfigMap is deleted and created again, with every Deployment that reads it.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      // A killed engine forgets the object that it was creating: the next run takes it over instead of failing.
      upsertExistingObjects: true,
    },
    {
      // Stacks that are older than docs/decisions/0029-which-cluster.md have another identifier, and keep it.
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
  ]).then(() => []);
  return { provider, uid, pullSecret, certificate, admitted };
}

function refuseAnother(problem: string | undefined): void {
  if (problem !== undefined) refuse(problem);
}

/** Resolves when a value is known; never where what was read was refused. */
function whenRead(value: pulumi.Output<unknown> | undefined): Promise<unknown> | undefined {
  return value && new Promise((resolve) => value.apply(resolve));
}
