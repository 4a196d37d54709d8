import pulumi from "@pulumi/pulumi";
import type { DatabaseClient, DatabaseServer } from "../database/contract.ts";
import { ExternalDatabase } from "../database/external.ts";
import { Database } from "../database/index.ts";
import { Nextcloud, nextcloudDatabaseClient } from "../nextcloud/index.ts";
import { Seed } from "../seed/index.ts";
import type { GivenSecrets } from "../site/config.ts";
import { dataHolderOptions } from "../site/data-holders.ts";
import type { Site } from "../site/site.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { type CommunePlan, planCommune } from "./plan.ts";

export interface CommuneArgs {
  declaration: CommuneDeclaration;
  site: Site;
  /** A known seed, when the commune is deployed again elsewhere. */
  seed: pulumi.Output<string> | undefined;
  /** Secrets that somebody else gave: a relay's password, keys to a store. Asked for only when declared. */
  given: GivenSecrets;
}

/** The cloud of one commune: everything that its declaration asks for, at one site. */
export class Commune extends pulumi.ComponentResource {
  readonly nextcloud: Nextcloud | undefined;
  /** Tells the commune's seed from another one. */
  readonly seedFingerprint: pulumi.Output<string>;

  constructor(
    name: string,
    { declaration, site, seed: givenSeed, given }: CommuneArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("commune:index:Commune", name, {}, options);
    const plan = planCommune(declaration, site);
    const dataHolder = dataHolderOptions(site);
    const seed = new Seed(`${name}-seed`, { commune: name, given: givenSeed, dataHolder }, { parent: this });
    this.seedFingerprint = seed.fingerprint();
    const inCommune = { parent: this };

    const clients = plan.nextcloud ? [nextcloudDatabaseClient(name)] : [];
    const database = sharedDatabase(name, plan.database, { seed, dataHolder, clients, given }, inCommune);
    const service = { seed, dataHolder, ingress: site.ingress };
    if (plan.nextcloud && database) {
      this.nextcloud = new Nextcloud(
        `${name}-nextcloud`,
        { ...plan.nextcloud, ...service, database },
        inCommune,
      );
    }
    this.registerOutputs({});
  }
}

function sharedDatabase(
  name: string,
  plan: CommunePlan["database"],
  args: {
    seed: Seed;
    dataHolder: pulumi.CustomResourceOptions;
    clients: readonly DatabaseClient[];
    given: GivenSecrets;
  },
  options: pulumi.ComponentResourceOptions,
): DatabaseServer | undefined {
  if (plan === undefined) return undefined;
  if ("outside" in plan) return new ExternalDatabase(plan.outside, args.given);
  const { seed, dataHolder, clients } = args;
  return new Database(`${name}-database`, { ...plan.ours, seed, dataHolder, clients }, options);
}
