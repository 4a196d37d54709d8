import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import { guestsTogether } from "../../foundation/namespace/manifests.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import { addressesPassword } from "../../platform/directory/secrets.ts";
import { proxyPort } from "../../platform/exposure/sidecar-proxy.ts";
import { givingUpLostServers, lostServerConfigMap } from "../../platform/lost-server/pods.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import { connectedPods } from "../connected.ts";
import { raisedGiven } from "../given.ts";
import type { RunningService, ServiceResources } from "../service.ts";
import { listsDatabaseClient } from "./database.ts";
import { listsHolders } from "./holders.ts";
import {
  type ListsSpec,
  listsConfigMap,
  listsDeployment,
  listsSecret,
  mailServiceObject,
  robotConfigMap,
} from "./manifests.ts";
import { listsNetworkPolicies } from "./network-policies.ts";
import type { ListsPlan } from "./plan.ts";
import { listsService, listsWorkload } from "./workloads.ts";

export interface ListsArgs extends Omit<ListsPlan, keyof OwnServers>, ServiceResources {}

/** Mailing lists of the associations that the commune hosts: one Sympa, and what stands in the place of a mail server. */
export class Lists extends NamespacedComponent implements RunningService {
  /** Public address of the page that says how lists are used. */
  readonly url: string;
  /** Resolves when lists carry mail. */
  readonly done: pulumi.Output<unknown>;
  /** Nobody logs in. */
  readonly account = undefined;

  constructor(name: string, args: ListsArgs & ListsPlan, options: pulumi.ComponentResourceOptions) {
    const { seed, ingress, mail } = args;
    const guests = guestsTogether([args.guests]);
    const database = args.database.databaseOf(listsService);
    const client = listsDatabaseClient(args);
    const connected = connectedPods(listsService, client, database, args.availabilities);
    const own = { ...args, guests, holders: listsHolders(args) };
    super(name, own, givingUpLostServers(options, connected));
    const workload = listsWorkload(args);
    const spec: ListsSpec = {
      ...args,
      database: database.connection,
      secretLabels: [
        database.passwordLabel,
        ...(args.hasDirectory ? [labelText(seed.current(addressesPassword))] : []),
        ...raisedGiven(seed, { mail }),
      ],
    };
    const secret = listsSecret(args, {
      "database-password": database.password,
      ...(args.hasDirectory && { "directory-password": seed.secret(addressesPassword) }),
      ...(mail?.user !== undefined && { "mail-password": args.given(mailPassword) }),
    });
    const policies = [database.networkPolicyFrom([workload]), ...listsNetworkPolicies(args, args)];
    const running = this.add(listsDeployment(spec), {
      dependsOn: [
        this.namespace,
        ...database.ready,
        ...this.volumes,
        this.add(secret),
        this.add(listsConfigMap(spec)),
        ...(connected === undefined ? [] : [this.add(lostServerConfigMap(connected))]),
        ...spec.robots.map((robot) => this.add(robotConfigMap(spec, robot))),
        ...policies.map((policy) => this.add(policy)),
      ],
      customTimeouts: { create: "15m", update: "15m" },
    });
    this.add(mailServiceObject(spec));
    this.url = ingress.expose(name, { workload, host: args.host, port: proxyPort }, this.inNamespace).url;
    this.done = running.id;
    this.registerOutputs({ url: this.url });
  }
}
