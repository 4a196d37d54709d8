import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../../components/foundation/component/index.ts";
import type { Account, ServiceResources } from "../../../components/services/service.ts";
import {
  carnetDeployment,
  carnetHolders,
  carnetNetworkPolicies,
  carnetSecret,
  port,
  workload,
} from "./manifests.ts";
import type { CarnetPlan } from "./plan.ts";
import { editorLabel, reconcilerLabel, signingKey } from "./secrets.ts";

export class Carnet extends NamespacedComponent {
  readonly url: string;
  readonly done: pulumi.Output<string>;
  readonly account: Account;

  constructor(name: string, args: CarnetPlan & ServiceResources, options: pulumi.ComponentResourceOptions) {
    const { commune, seed, ingress } = args;
    super(name, { ...args, holders: carnetHolders(args) }, options);
    const pods = workload(commune);
    const database = args.database.databaseOf("carnet");
    this.account = { user: "redaction", password: seed.secret(editorLabel) };
    const needs = [
      this.add(
        carnetSecret(commune, {
          "signing-key": seed.hex(signingKey),
          "editor-password": this.account.password,
          "federation-token": seed.secret(reconcilerLabel),
          "database-password": database.password,
        }),
      ),
      ...[database.networkPolicyFrom([pods]), ...carnetNetworkPolicies(args, args)].map((policy) =>
        this.add(policy),
      ),
    ];
    const deployment = this.add(carnetDeployment(args, database.connection), {
      dependsOn: [this.namespace, ...this.volumes, ...needs, ...database.ready],
    });
    this.url = ingress.expose(name, { workload: pods, host: args.host, port }, this.inNamespace).url;
    this.done = deployment.id;
    this.registerOutputs({ url: this.url });
  }
}
