import type * as z from "zod";
import type { AnyNetworkPolicy } from "../foundation/manifest/manifest.ts";
import { type Guests, guestsTogether } from "../foundation/namespace/manifests.ts";
import type { Part } from "../foundation/part/part.ts";
import type { Register } from "../foundation/part/registered.ts";
import type { DatabaseClient, DatabaseServer } from "../platform/database/contract.ts";
import type { OwnServers } from "../platform/database/plan.ts";
import { agentsGroup } from "../platform/directory/plan.ts";
import type { CommuneFacts } from "./facts.ts";
import { type ServiceAround, type SharedPlans, servicePart } from "./part.ts";
import type {
  LinkOfService,
  Outside,
  PublishedLink,
  ServiceAnswers,
  ServiceDefinition,
  ServiceFacts,
  ServicePlan,
  ServiceResources,
  ServiceSection,
} from "./service.ts";

/** A service of a plan, whatever its kind: what it says of every plan, and its answers for this one. */
export interface PlannedService extends ServiceFacts, ServiceAnswers {
  /** Its name in the declaration. */
  service: string;
  plan: ServicePlan;
  /** Its dedicated database server, when it has one. */
  dedicatedDatabase: OwnServers["dedicatedDatabase"];
  /** Role and database that it asks of its database server. */
  client: DatabaseClient;
  /** Connections that it may open and accept besides its database, its cache and the ingress controller. */
  networkPolicies(outside: Outside): AnyNetworkPolicy[];
  /** Its links and what is published of it; undefined if communes cannot link it. */
  link: (Omit<LinkOfService<unknown>, "published"> & { published: PublishedLink }) | undefined;
}

/** Plans by the name of their service. */
type PlansOf<Name extends string, Plan> = { [Key in Name]?: Plan | undefined };

/** Sections by the name of their service. */
type SectionsOf<Name extends string, Section> = { readonly [Key in Name]?: Section | undefined };

/** The schema of a service's section among the fields of a declaration. */
type FieldOf<Name extends string, Section> = { [Key in Name]: z.ZodOptional<z.ZodType<Section>> };

/** Values of a commune that a service takes. */
export interface ServiceGiven<Name extends string, Plan> {
  /** Logical name of the commune. */
  name: string;
  plan: PlansOf<Name, Plan> & { identities: Readonly<Record<string, Outside["identity"]>> };
  shared: Omit<ServiceResources, "database" | "identity">;
  /** Returns what copies may take in the namespace of a service; undefined if it is not copied. */
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
  /** People for whom it was declared; undefined if it is not declared, or does not say. */
  expectedPeopleIn(sections: SectionsOf<Name, Section>): number | undefined;
  /** Its section among the fields of a declaration. */
  field(): FieldOf<Name, Section>;
  /** Its section in a copy that is drilled: without what is done once to data that is there, since a copy begins with an empty server. */
  drilledIn(sections: SectionsOf<Name, Section>): object;
  /** Its plan; undefined if it is not declared. */
  planIn(sections: SectionsOf<Name, Section>, facts: CommuneFacts): PlansOf<Name, Plan> | undefined;
  /** Itself among the plans of all; nothing when it is not there. */
  plannedIn(plans: PlansOf<Name, Plan>): PlannedService | undefined;
  /** Itself as a part of a commune. */
  part: Part<
    PlansOf<Name, Plan> & SharedPlans,
    ServiceAround<SectionsOf<Name, Section>>,
    ServiceGiven<Name, Plan>,
    FieldOf<Name, Section>
  >;
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
    field() {
      const { section, description } = definition;
      // What Object.fromEntries makes, which it does not tell.
      return Object.fromEntries([[name, section.optional().describe(description)]]) as FieldOf<Name, Section>;
    },
    drilledIn(sections) {
      const section = sections[name];
      return section === undefined ? {} : { [name]: forDrill(section) };
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
      const { link } = definition;
      return {
        ...definition,
        ...{ service: name, plan, dedicatedDatabase: plan.dedicatedDatabase },
        keys: definition.keysIn?.(plan) ?? definition.keys,
        client: definition.database(plan),
        networkPolicies: (outside) => definition.networkPolicies(plan, outside),
        link: link && { ...link, published: link.published(plan) },
        holders: definition.holders(plan),
        // Reads scripts from files, which most of those who ask for the services do not need.
        get restorePoint() {
          return definition.restorePoint(plan);
        },
        connections: definition.connections(plan),
        looksUp: definition.looksUp?.(plan) ?? [],
        mailDomains: definition.mailDomains?.(plan) ?? [],
        takenAlong: definition.takenAlong?.(plan) ?? [],
        loginGroups: definition.loginGroups?.(plan) ?? [agentsGroup],
        help: definition.help?.(plan),
        software: definition.software?.(plan) ?? [],
        watched: definition.watched?.(plan) ?? [],
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
          ...(account && { firstAccounts: { [name]: account } }),
        };
      };
    },
  };
  return { ...service, part: servicePart(service) };
}

/** A section for one node, and without what is done once to the data of its own server. */
function forDrill({ availability: _, ...section }: ServiceSection): object {
  const { dedicatedDatabase: own } = section;
  if (own === undefined || own.retired) return section;
  const { restoreFrom: __, upgradeFrom: ___, availability: ____, ...server } = own;
  return { ...section, dedicatedDatabase: server };
}
