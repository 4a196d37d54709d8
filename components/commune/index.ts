import pulumi from "@pulumi/pulumi";
import { Database } from "../database/index.ts";
import { Nextcloud, nextcloudDatabaseClients } from "../nextcloud/index.ts";
import { Seed } from "../seed/index.ts";
import { dataHolderOptions } from "../site/data-holders.ts";
import type { Site } from "../site/site.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { planCommune } from "./plan.ts";

export interface CommuneArgs {
  declaration: CommuneDeclaration;
  site: Site;
  /** A known seed, when the commune is deployed again elsewhere. */
  seed: pulumi.Output<string> | undefined;
}

/** The cloud of one commune: everything that its declaration asks for, at one site. */
export class Commune extends pulumi.ComponentResource {
  readonly nextcloud: Nextcloud | undefined;

  constructor(
    name: string,
    { declaration, site, seed: given }: CommuneArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("commune:index:Commune", name, {}, options);
    const plan = planCommune(declaration, site);
    const dataHolder = dataHolderOptions(site);
    const shared = {
      seed: new Seed(`${name}-seed`, { commune: name, given, dataHolder }, { parent: this }),
      dataHolder,
    };
    if (plan.database && plan.nextcloud) {
      const database = new Database(
        `${name}-database`,
        { ...plan.database, ...shared, clients: nextcloudDatabaseClients(name) },
        { parent: this },
      );
      this.nextcloud = new Nextcloud(
        `${name}-nextcloud`,
        { ...plan.nextcloud, ...shared, database, ingress: site.ingress },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
