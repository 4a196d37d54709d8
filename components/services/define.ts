import type { Image } from "../foundation/image/catalogue.ts";
import type { Workload } from "../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy } from "../foundation/manifest/manifest.ts";
import { type Guests, guestsTogether } from "../foundation/namespace/manifests.ts";
import type { HelpPage } from "../foundation/page/help.ts";
import type { Part } from "../foundation/part/part.ts";
import type { Register } from "../foundation/part/registered.ts";
import type { PointContents } from "../foundation/restore-point/contract.ts";
import type { SecretLabel } from "../foundation/seed/labels.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import type { DatabaseClient, DatabaseServer } from "../platform/database/contract.ts";
import type { OwnServers } from "../platform/database/plan.ts";
import { agentsGroup } from "../platform/directory/plan.ts";
import type { CommuneFacts } from "./facts.ts";
import { type ServiceAround, servicePart } from "./part.ts";
import type {
  Forgets,
  LinkOfService,
  Outside,
  PublishedLink,
  ServiceDefinition,
  ServiceLogin,
  ServicePlan,
  ServiceResources,
  ServiceSection,
  TakenAlong,
  VersionSeries,
} from "./service.ts";

/** A service of a plan, whatever its kind. */
export interface PlannedService {
  /** Its name in the declaration. */
  service: string;
  plan: ServicePlan;
  /** Its dedicated database server, when it has one. */
  dedicatedDatabase: OwnServers["dedicatedDatabase"];
  holders: DataHolders;
  /** What it encrypts or signs with as long as it lives. */
  keys: readonly SecretLabel[];
  /** What may have another version any day. */
  passwords: readonly SecretLabel[];
  hasNoCache: boolean;
  /** What it asks of its database server. */
  client: DatabaseClient;
  /** What is in its restore points beside its rows. */
  restorePoint: PointContents;
  /** Name that people read. */
  title: string;
  versions: VersionSeries;
  images: readonly Image[];
  /** What it may reach, and who may reach it, besides its database, its cache and the ingress controller. */
  networkPolicies(outside: Outside): AnyNetworkPolicy[];
  /** How it is linked, and what is published of it. */
  link: (Omit<LinkOfService<unknown>, "published"> & { published: PublishedLink }) | undefined;
  /** Its pods that look up addresses of people in the commune's directory. */
  looksUp: readonly Workload[] | undefined;
  /** Domains that it takes mail for and writes from, beside the commune's. */
  mailDomains: readonly string[];
  /** What associations take along of it. */
  takenAlong: readonly TakenAlong[];
  /** How it forgets an association that has left. */
  forgets: Forgets | undefined;
  /** How people log in to it by OpenID Connect. */
  login: ServiceLogin | undefined;
  /** Groups that are let in, when people log in with the commune's own login. */
  loginGroups: readonly string[];
  /** What people read who begin with it. */
  help: HelpPage | undefined;
}

/** Plans by the name of their service. */
export type PlansOf<Name extends string, Plan> = { [Key in Name]?: Plan | undefined };

/** Sections by the name of their service. */
export type SectionsOf<Name extends string, Section> = { readonly [Key in Name]?: Section | undefined };

/** What a service is given of a commune. */
export interface ServiceGiven<Name extends string, Plan> {
  /** Logical name of the commune. */
  name: string;
  plan: PlansOf<Name, Plan> & { identities: Readonly<Record<string, Outside["identity"]>> };
  shared: Omit<ServiceResources, "database" | "identity">;
  /** What copies take in the namespace of a service; undefined where it is not copied. */
  guestsOf(service: string): Guests | undefined;
  made: {
    /** The servers that services get their databases from; undefined of one that is not planned. */
    databases?: { of(service: string): DatabaseServer | undefined };
  };
}

/** A service of the list: its definition, and access to its own part of all sections and of all plans. */
export interface Service<Name extends string, Section extends ServiceSection, Plan extends ServicePlan>
  extends ServiceDefinition<Name, Section, Plan> {
  /** Its section among those of a declaration; nothing when it is not declared. */
  sectionIn(sections: SectionsOf<Name, Section>): Section | undefined;
  /** Whether it is declared and keeps the folders that groups share. */
  keepsFoldersIn(sections: SectionsOf<Name, Section>): boolean;
  /** For how many people it was declared; nothing where it is not, or does not say. */
  expectedPeopleIn(sections: SectionsOf<Name, Section>): number | undefined;
  /** Its plan; undefined where it is not declared. */
  planIn(sections: SectionsOf<Name, Section>, facts: CommuneFacts): PlansOf<Name, Plan> | undefined;
  /** Itself among the plans of all; nothing when it is not there. */
  plannedIn(plans: PlansOf<Name, Plan>): PlannedService | undefined;
  /** Itself as a part of a commune. */
  part: Part<PlansOf<Name, Plan>, ServiceAround<SectionsOf<Name, Section>>, ServiceGiven<Name, Plan>>;
  /** Loads what registers it. */
  registrar(): Promise<Register<ServiceGiven<Name, Plan>>>;
}

/** Makes a service of its definition. */
export function defineService<
  const Name extends string,
  Section extends ServiceSection,
  Plan extends ServicePlan,
>(definition: ServiceDefinition<Name, Section, Plan>): Service<Name, Section, Plan> {
  const { name } = definition;
  const service: Omit<Service<Name, Section, Plan>, "part"> = {
    ...definition,
    sectionIn: (sections) => sections[name],
    keepsFoldersIn(sections) {
      const section: Section | undefined = sections[name];
      return section !== undefined && (definition.keepsFolders?.(section) ?? false);
    },
    expectedPeopleIn(sections) {
      const section: Section | undefined = sections[name];
      return section && definition.expectedPeople?.(section);
    },
    planIn(sections, facts) {
      const section = sections[name];
      if (section === undefined) return undefined;
      const plans: PlansOf<Name, Plan> = {};
      return Object.assign(plans, { [name]: definition.plan(section, facts) });
    },
    plannedIn(plans) {
      const plan = plans[name];
      if (plan === undefined) return undefined;
      const {
        title,
        keys,
        passwords,
        hasNoCache = false,
        versions,
        images,
        holders,
        database,
        restorePoint,
        networkPolicies,
        link,
        looksUp,
        mailDomains,
        takenAlong,
        forgets,
        login,
        loginGroups,
        help,
      } = definition;
      return {
        service: name,
        title,
        plan,
        dedicatedDatabase: plan.dedicatedDatabase,
        holders: holders(plan),
        hasNoCache,
        client: database(plan.commune),
        restorePoint: restorePoint(plan),
        keys,
        passwords,
        versions,
        images,
        networkPolicies: (outside) => networkPolicies(plan, outside),
        link: link && { ...link, published: link.published(plan) },
        looksUp: looksUp?.(plan),
        mailDomains: mailDomains?.(plan) ?? [],
        takenAlong: takenAlong?.(plan) ?? [],
        forgets,
        login,
        loginGroups: loginGroups?.(plan) ?? [agentsGroup],
        help: help?.(plan),
      };
    },
    async registrar() {
      const Component = await definition.component();
      return ({ name: commune, plan: plans, shared, guestsOf, made }, options) => {
        const plan: Plan | undefined = plans[name];
        const database = made.databases?.of(name);
        if (plan === undefined || database === undefined) return {};
        const guests = guestsTogether([shared.guests, guestsOf(name)]);
        const resources = { ...shared, database, guests, identity: plans.identities[name] };
        const running = new Component(`${commune}-${name}`, { ...plan, ...resources }, options);
        const { url, account } = running;
        return {
          components: { [name]: running },
          addresses: { [name]: url },
          ...(account && { accounts: { [name]: account } }),
        };
      };
    },
  };
  return { ...service, part: servicePart(service) };
}
