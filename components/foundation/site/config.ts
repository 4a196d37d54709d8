// The package's own index would load every kind that it has.
import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinition.js";
import core from "@pulumi/kubernetes/core/v1/index.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import pulumi from "@pulumi/pulumi";
import { domain } from "../declaration/domain.ts";
import { refuse } from "../refuse.ts";
import { type KeyPair, keyPairIn } from "./certificate.ts";
import { operatorMark } from "./operator.ts";
import { movesIn, restoredIn, siteSchema } from "./settings.ts";
import { type Site, siteOf } from "./site.ts";

/**
 * Reads the site from the stack's settings (`pulumi config set commune:<key> <value>`).
 *
 * Stops the program, naming every setting that cannot be used, and the command that fixes it.
 */
export function siteFromConfig(): Site {
  const config = new pulumi.Config("commune");
  const written = Object.fromEntries(
    Object.keys(siteSchema.shape)
      .map((key) => [key, config.get(key)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const read = siteSchema.safeParse(written);
  if (read.success) return siteOf(read.data);
  const lines = read.error.issues.map((issue) => {
    const key = issue.path.join(".");
    return `commune:${key} is ${JSON.stringify(config.get(key))}: ${issue.message}. Change it with: pulumi config set commune:${key} <value>`;
  });
  return refuse(`${lines.join("\n")}\nNothing was changed.`);
}

/** Secrets that somebody else gave to the commune (a relay's password, keys to a store), by name. */
export type GivenSecrets = (name: string) => pulumi.Output<string>;

/**
 * The stack's given secrets: `pulumi config set --secret commune:<name>`.
 *
 * @param needed names that the declaration needs; the program stops when one is not set, with the command for each.
 */
export function givenSecrets(needed: readonly string[]): GivenSecrets {
  const config = new pulumi.Config("commune");
  const missing = needed.filter((name) => config.getSecret(name) === undefined);
  if (missing.length > 0) {
    const lines = missing.map(
      (name) =>
        `commune:${name} is not set, and the declaration needs it. Set it with: pulumi config set --secret commune:${name} -s ${pulumi.getStack()}`,
    );
    refuse(`${lines.join("\n")}\nNothing was changed.`);
  }
  return (name) => config.requireSecret(name);
}

/**
 * The seed given for a redeployment (`pulumi config set --secret commune:seed <base64>`), if any. It is read in
 * the clear, to be compared with the one that runs before anything is registered; it is a secret from there on.
 */
export async function seedFromConfig(): Promise<string | undefined> {
  const seed = new pulumi.Config("commune").getSecret("seed");
  return seed && new Promise((resolve) => seed.apply(resolve));
}

/**
 * Returns what somebody has moved by hand, each as `<section>=<its new place>`: `pulumi config set commune:moved
 * nextcloud=postgresql.bron.fr:5432`.
 */
export function moves(): string[] {
  return movesIn(new pulumi.Config("commune").get("moved"));
}

/**
 * The version that the data of a service was put back to, by service: `pulumi config set commune:restored nextcloud=33.0.7`.
 * `commune undo` sets it, and takes it away.
 */
export function restoredVersions(): Record<string, string> {
  return restoredIn(new pulumi.Config("commune").get("restored"));
}

/**
 * Restore points that count as those of before the next change, by service, so that none is taken then:
 * `pulumi config set commune:pointBefore nextcloud=2026-11-26T02:10:00Z-000043`. Stops the program where one is no id.
 */
export function pointsGiven(): Record<string, string> {
  const written = new pulumi.Config("commune").get("pointBefore") ?? "";
  const named = written
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  return Object.fromEntries(
    named.map((each) => {
      const [, service, point] =
        /^([a-z]+)=(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z-\d{6,12})$/.exec(each) ?? [];
      return service !== undefined && point !== undefined
        ? [service, point]
        : refuse(
            `commune:pointBefore has ${JSON.stringify(each)}: write <service>=<restore point>, such as nextcloud=2026-11-26T02:10:00Z-000043, which npx commune recovery points ${pulumi.getStack()} lists. Nothing was changed.`,
          );
    }),
  );
}

/**
 * The domain at which the demo brings a commune up instead of the declared one, `commune:domain`. Stops the program where
 * it is none, and in a stack that the demo did not make: what citizens use is at the domain that is declared.
 */
export function demoDomain(): string | undefined {
  const config = new pulumi.Config("commune");
  const written = config.get("domain");
  if (written === undefined) return undefined;
  const read = domain().safeParse(written);
  const problem = !read.success
    ? (read.error.issues[0]?.message ?? "is no domain name")
    : config.get("madeBy") === "demo"
      ? undefined
      : `is for the demo alone: write the domain in stacks/${pulumi.getStack()}/commune.yaml, and take the setting away with: pulumi config rm commune:domain -s ${pulumi.getStack()}`;
  return problem === undefined
    ? written
    : refuse(`commune:domain ${JSON.stringify(written)}: ${problem}\nNothing was changed.`);
}

/**
 * Returns the commune of which this stack is a copy, and the services and applications of associations in it, if it is
 * one of a drill: `commune:drill millery=nextcloud,mastodon`, which `commune drill` sets. Stops the program if it is
 * written otherwise.
 */
export function drillSetting(): { of: string; services: string[] } | undefined {
  const written = new pulumi.Config("commune").get("drill");
  if (written === undefined) return undefined;
  const [, of, services = ""] =
    /^([a-z][a-z0-9-]*)=([a-z][a-z0-9-]*(?:,[a-z][a-z0-9-]*)*)$/.exec(written) ?? [];
  return of === undefined
    ? refuse(
        `commune:drill is ${JSON.stringify(written)}: npx commune drill sets it, as <commune>=<service>,<service>. Nothing was changed.`,
      )
    : { of, services: services.split(",") };
}

/**
 * The certificate that the site's settings name, `commune:certificate secret:<namespace>/<name>`, as it is on the
 * cluster now; nothing when they name none. Stops the program when the Secret holds no certificate.
 */
export function certificateFrom(
  commune: string,
  { ingress: { certificate } }: Pick<Site, "ingress">,
  provider: Provider,
): pulumi.Output<KeyPair> | undefined {
  if (certificate.from !== "copy") return undefined;
  const where = `${certificate.namespace}/${certificate.name}`;
  const { data } = core.Secret.get(`${commune}-certificate`, where, { provider });
  return pulumi
    .secret(data)
    .apply(
      (found) =>
        keyPairIn(found ?? {}) ??
        refuse(
          `commune:certificate is "secret:${where}", and that Secret has no certificate and key that belong together: its tls.crt and tls.key must be PEM, as kubectl writes them (create secret tls).\nNothing was changed.`,
        ),
    );
}

/**
 * Returns the content of the Secret of `commune:registryLogin <namespace>/<name>`, for the copies in the commune's
 * namespaces; undefined if the settings name none. Stops the program if it is of another type.
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
 */
export function pullSecretFrom(
  commune: string,
  { registryLogin }: Pick<Site, "registryLogin">,
  provider: Provider,
): pulumi.Output<string> | undefined {
  if (registryLogin === undefined) return undefined;
  const where = `${registryLogin.namespace}/${registryLogin.name}`;
  const { data } = core.Secret.get(`${commune}-pull-secret`, where, { provider });
  return pulumi.secret(data).apply((found) => {
    const settings = found?.[".dockerconfigjson"];
    return settings === undefined
      ? refuse(
          `commune:registryLogin is "${where}", and that Secret has no .dockerconfigjson: make it with kubectl --context <name> create secret docker-registry -n ${registryLogin.namespace} ${registryLogin.name} --docker-server=<registry> --docker-username=<user> --docker-password=<password>\nNothing was changed.`,
        )
      : Buffer.from(settings, "base64").toString("utf8");
  });
}

/**
 * Identifies the cluster that a provider speaks to by the uid of its namespace `kube-system`: name, address and
 * certificates of a cluster change, and this stays for as long as its data lives.
 * Source: https://opentelemetry.io/docs/specs/semconv/resource/k8s/ (k8s.cluster.uid)
 *
 * It is asked in every preview and update, before anything else is registered; a cluster that does not answer stops the
 * program.
 */
export function clusterOf(commune: string, provider: Provider): Promise<string> {
  const system = core.Namespace.get(`${commune}-which-cluster`, "kube-system", { provider });
  return new Promise((resolve) => system.metadata.uid.apply(resolve));
}

/**
 * Reads whether the cluster has CloudNativePG's operator, in the version that the objects were read against or a later
 * one: a kind that came with it, and is thirty times smaller than the one that is used. It is asked in every preview and
 * update; where it is not there, the engine stops the run.
 * Source: cloudnative-pg/cloudnative-pg, config/crd/bases/postgresql.cnpg.io_databaseroles.yaml (1.30.0 and later)
 */
export function operatorOf(commune: string, provider: Provider): pulumi.Output<unknown> {
  return CustomResourceDefinition.get(`${commune}-needs-cloudnative-pg`, operatorMark, { provider }).metadata;
}
