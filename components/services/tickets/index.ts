import type pulumi from "@pulumi/pulumi";
import { labelText } from "../../foundation/seed/derive.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import { ServiceComponentBase } from "../component.ts";
import { clientSecretOf, loginLabels, raisedGiven } from "../given.ts";
import type { Account, RunningService, ServiceResources } from "../service.ts";
import { ticketsDatabaseClient } from "./database.ts";
import { ticketsHolders } from "./holders.ts";
import {
  type TicketsSpec,
  ticketsConfigMap,
  ticketsCron,
  ticketsDeployment,
  ticketsSecret,
} from "./manifests.ts";
import { ticketsNetworkPolicies } from "./network-policies.ts";
import type { TicketsPlan } from "./plan.ts";
import { accountLabel, ticketsKey } from "./secrets.ts";
import { ticketsWorkload } from "./workloads.ts";

export interface TicketsArgs extends Omit<TicketsPlan, keyof OwnServers>, ServiceResources {}

/** Ticketing for the associations that the commune hosts: one pretix, with an organiser for each. */
export class Tickets extends ServiceComponentBase implements RunningService {
  /** Public address. */
  readonly url: string;
  /** Resolves when organisers are as declared. */
  readonly done: pulumi.Output<unknown>;
  /** The commune's own account, where nobody logs in with its login. */
  readonly account: Account | undefined;

  constructor(name: string, args: TicketsArgs, options: pulumi.ComponentResourceOptions) {
    super(
      name,
      args,
      {
        holders: ticketsHolders(args),
        client: ticketsDatabaseClient(args),
        cache: { memoryMiB: args.size.cacheMiB },
        networkPolicies: ticketsNetworkPolicies(args, args),
      },
      options,
    );
    this.account = args.identity
      ? undefined
      : { user: args.contact, password: args.seed.secret(accountLabel) };
    const spec = this.specOf(args);
    const running = this.add(ticketsDeployment(spec), {
      dependsOn: [
        ...this.prerequisites,
        ...this.volumes,
        this.createSecret(spec, args),
        this.add(ticketsConfigMap(spec)),
      ],
      // The first start makes every table, and an upgrade migrates, before the pod becomes ready.
      customTimeouts: { create: "30m", update: "30m" },
    });
    this.add(ticketsCron(spec), { dependsOn: [running] });
    this.url = this.createIngress(ticketsWorkload(args), args.host).url;
    this.done = running.id;
    this.registerOutputs({ url: this.url });
  }

  private specOf(args: TicketsArgs): TicketsSpec {
    const { seed, mail, identity } = args;
    const account = labelText(seed.current(accountLabel));
    return {
      ...args,
      database: this.database.connection,
      cache: this.cache.connection,
      accountLabel: identity ? undefined : account,
      secretLabels: [
        labelText(ticketsKey),
        account,
        this.database.passwordLabel,
        this.cache.passwordLabel,
        ...raisedGiven(seed, { mail, identity }),
        ...loginLabels(seed, args),
      ],
    };
  }

  private createSecret(spec: TicketsSpec, { seed, given, mail, identity }: TicketsArgs): pulumi.Resource {
    const { host, port } = spec.cache;
    return this.add(
      ticketsSecret(spec, {
        "secret-key": seed.hex(ticketsKey),
        "database-password": this.database.password,
        "cache-password": this.cache.password,
        queue: this.cache.password.apply((password) => `redis://:${password}@${host}:${port}/1`),
        ...(mail?.user !== undefined && { "mail-password": given(mailPassword) }),
        ...(identity && { "identity-client-secret": clientSecretOf(identity, { seed, given }) }),
        // Without the login it is the way in: a commune that gives the login up has it then.
        "account-password": seed.secret(accountLabel),
      }),
    );
  }
}
