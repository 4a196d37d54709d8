import type {
  ComponentResource,
  ComponentResourceOptions,
  CustomResourceOptions,
  Output,
} from "@pulumi/pulumi";
import type * as z from "zod";
import type { Availabilities, Availability } from "../foundation/availability/availability.ts";
import type { Image } from "../foundation/image/catalogue.ts";
import type { Workload } from "../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy } from "../foundation/manifest/manifest.ts";
import type { Guests } from "../foundation/namespace/manifests.ts";
import type { NameServer } from "../foundation/network-policy/dns.ts";
import type { PeerPlaces } from "../foundation/network-policy/manifests.ts";
import type { HelpPage } from "../foundation/page/help.ts";
import type { FrenchWords } from "../foundation/part/french.ts";
import type { Software } from "../foundation/part/part.ts";
import type { FirstAccount } from "../foundation/part/registered.ts";
import type { ProvidesMetrics } from "../foundation/part/watched.ts";
import type { PointContents } from "../foundation/restore-point/contract.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import type { Seed } from "../foundation/seed/index.ts";
import type { SecretLabel } from "../foundation/seed/labels.ts";
import type { GivenSecrets } from "../foundation/site/config.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import type { Caches } from "../platform/cache/contract.ts";
import type { Connections } from "../platform/database/connections.ts";
import type { DatabaseClient, DatabaseServer } from "../platform/database/contract.ts";
import type { DeclaredServer, OwnServers } from "../platform/database/plan.ts";
import type { IngressProvider } from "../platform/exposure/contract.ts";
import type { Identity } from "../platform/identity/plan.ts";
import type { Mail } from "../platform/mail/plan.ts";
import type { BucketFiles, VolumeMedia } from "../platform/media/plan.ts";
import type { CommuneFacts } from "./facts.ts";
import type { ServiceLink } from "./link.ts";

/** Fields that every service's section of a declaration has. */
export interface ServiceSection {
  version: string;
  subdomain: string;
  /** Its own, where a service may declare one. */
  availability?: Availability | undefined;
  dedicatedDatabase?: DeclaredServer | undefined;
  /** Bucket of its own for its files, and size of the volume that they are on without one, where a service has these. */
  objects?: Omit<BucketFiles, "kind" | "prefix"> | undefined;
  storage?: unknown;
  /** Since when a bucket is in the place of its volume of files, and what becomes of that volume. */
  formerVolume?: Retirement | undefined;
  /** Since when it does not run, and what becomes of its data. */
  retired?: Retirement | undefined;
}

/** Data of a service that an association takes along: the output of a program in the Deployment named after the service. */
interface TakenAlong {
  /** Id of the association. */
  tenant: string;
  /** Path in the archive. */
  path: string;
  /** Its description, in French, for whoever opens the archive. */
  what: string;
  container: string;
  command: readonly string[];
}

/** A program in one of a service's pods that deletes what the service keeps of an association that has left. */
export interface Forgets {
  /** Deployment in which it runs; the one named after the service if absent. */
  deployment?: string;
  /** Data that it deletes, in French, as a proof lists it. */
  what: string;
  container: string;
  /** @param domain below which the commune's associations have theirs. */
  command(tenant: string, domain: string): readonly string[];
}

/** Values that every service's plan has. */
export interface ServicePlan extends OwnServers {
  /** Id of the commune. */
  commune: string;
  /** Exact version, for example `33.0.7`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  /** Domain of accounts, after the @, if the software has one apart from its host. It cannot change after the first start. */
  handleDomain?: string;
  /** Its own, or else the commune's; absent of a service that cannot declare its own. */
  availability?: Availability;
  /** Memory that it asks of a database server, MiB. */
  size: { databaseMiB: number };
  /** Storage of files that a bucket can hold; a volume if absent. */
  media?: VolumeMedia | BucketFiles | undefined;
}

/** Version changes that a service goes through. */
export interface VersionSeries {
  /** Step that one upgrade may not skip, because the migrations in between would never run. */
  series: "major version" | "minor series";
  /** The newest known version of each series, oldest first: to name the next step. */
  newest: readonly string[];
  /** Whether people can use it during an upgrade: it may have to end before the next version starts. */
  during: "in use" | "interrupted";
}

/** Surroundings of a service's namespace, as its commune and its site have them. */
export interface Outside {
  mail: Mail | undefined;
  identity: Identity | undefined;
  peers: PeerPlaces;
  ingress: Pick<IngressProvider, "source">;
}

/** Values that a service's component gets beside its plan. */
export interface ServiceResources extends Outside {
  seed: Seed;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  database: DatabaseServer;
  caches: Caches;
  /** Availability of each service; all `single` if absent. */
  availabilities?: Availabilities | undefined;
  ingress: IngressProvider;
  /** Options of whatever holds data. */
  dataHolder: CustomResourceOptions;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: Output<string> | undefined;
  /** Resources that others' pods may take in its namespace. */
  guests?: Guests | undefined;
  /** Secrets that somebody else gave, asked for only when the declaration needs them. */
  given: GivenSecrets;
}

/** An account made at the first start. */
export type Account = FirstAccount;

/** A service's component, once it is registered. */
export interface RunningService extends ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: Output<unknown>;
  /** Its first administrator; undefined if nobody logs in. */
  readonly account: Account | undefined;
}

/** The class of a service's component. */
type ServiceComponent<Plan> = new (
  name: string,
  args: Plan & ServiceResources,
  options: ComponentResourceOptions,
) => RunningService;

/** Knowledge of the stack about a service's links, beside what goes into the reconciler. */
export interface LinkOfService<Plan> {
  of: ServiceLink;
  /** Label of the secret that the driver needs; the password of the first account when absent. */
  label?: SecretLabel;
  /** Returns what is published of it, beside its name, address, version and licence. */
  published(plan: Plan): PublishedLink;
}

/** Data that a commune publishes of a service that others can be linked with. */
export interface PublishedLink {
  /** The account that other communes follow. */
  account?: string;
  /** Feeds that can be read without an account. */
  feeds?: string[];
  /** Addresses at which programs reach it, by protocol. */
  endpoints?: Record<string, string>;
}

/** Log-in to a service with the commune's own login. */
interface ServiceLogin {
  /** Text of its tile, in French. */
  tile: string;
  /** Paths that somebody comes back to. */
  redirects: readonly string[];
  /**
   * Path that is notified when somebody logs out of the login (OpenID Connect Back-Channel Logout 1.0); undefined if it
   * has none.
   */
  logoutPath?: string | undefined;
}

/** A section of the commune's declaration that a service may need. */
type Needed = "mail" | "directory" | "tenants";

/** Facts about a service that depend on no plan. */
export interface ServiceFacts {
  /** Name that people read. */
  title: string;
  /** Keys with which it encrypts or signs as long as it lives: raising a version loses what the key protects. */
  keys: readonly SecretLabel[];
  /** Derived secrets that may change version at any time, beside the passwords of its role and its cache. */
  passwords: readonly SecretLabel[];
  /** Whether it has no cache: most have one. */
  hasNoCache?: boolean;
  /**
   * Name of the volume of files that the bucket of `media:` can take the place of: its section says `formerVolume:` then.
   */
  formerVolume?: string;
  /**
   * Whether its files may be in a bucket of its own, which its section declares as `objects:`, and not in that of `media:`.
   * They stay on the kind of store that they began on.
   */
  hasOwnBucket?: boolean;
  versions: VersionSeries;
  /** Effect of the loss of its node, where `node-loss` is declared: a sentence of docs/availability.md. */
  whenNodeIsLost: string;
  /** Every image that it may run, with its licence and source; the first is its own software. */
  images: readonly Image[];
  /** Program that deletes what it keeps of an association; undefined if it keeps nothing of any. */
  forgets?: Forgets;
  /** Log-in by OpenID Connect; undefined if it has its own accounts alone. */
  login?: ServiceLogin;
}

/** Answers that every service gives about one plan of it. */
interface NeededAnswers {
  /** Data holders apart from rows: personal data by category, each volume with the field that sizes it. */
  holders: DataHolders;
  /** Contents of its restore points beside its rows, while its files are on volumes. */
  restorePoint: PointContents;
  /** Connections to its database server, by process: together they have to fit what the server allows. */
  connections: readonly Connections[];
}

/** Answers that a service may give about one plan of it. */
interface OptionalAnswers {
  /** Its pods that look up addresses of people in the commune's directory; it looks up none when absent. */
  looksUp: readonly Workload[];
  /** Domains that it takes mail for and writes from, beside the commune's; none when absent. */
  mailDomains: readonly string[];
  /** Data that an association takes along when it leaves: a file for each that it keeps something of; empty if absent. */
  takenAlong: readonly TakenAlong[];
  /** Groups that are let in, and shown its tile, when people log in with the commune's own login; who works for the commune when absent. */
  loginGroups: readonly string[];
  /** Help page for people who begin with it. */
  help: HelpPage | undefined;
  /** Software of the toolkit that it runs, beside nginx and what its cache is made of; none when absent. */
  software: readonly Software[];
  /** Pods of it with metrics of their own, beside its public name and its cache; none when absent. */
  watched: readonly ProvidesMetrics[];
}

/** Answers of a service about one plan of it: a definition has a function for each, a planned service its answer. */
export type ServiceAnswers = NeededAnswers & OptionalAnswers;

/** A function for each answer. */
type Answering<Answers, Plan> = { [Key in keyof Answers]: (plan: Plan) => Answers[Key] };

/** A service as it is written, in `<service>/service.ts`. It imports no Pulumi at run time: commands that read files only start faster. */
export interface ServiceDefinition<
  Name extends string,
  Section extends ServiceSection,
  Plan extends ServicePlan,
> extends ServiceFacts,
    Answering<NeededAnswers, NoInfer<Plan>>,
    Partial<Answering<OptionalAnswers, NoInfer<Plan>>> {
  /** Name of its section, its namespace, its database and its page in docs/. */
  name: Name;
  /** Schema of its section. */
  section: z.ZodType<Section>;
  /** Its purpose, in one line. */
  description: string;
  /** French words for its fields, apart from those that several parts have. */
  french?: FrenchWords;
  /** Plans its section, with every size known. Pure. */
  plan(section: Section, facts: CommuneFacts): Plan;
  /** Returns the role and database that it asks of a database server. */
  database(plan: NoInfer<Plan>): DatabaseClient;
  /** Sections of the commune's declaration that it cannot do without. */
  needs?: readonly Needed[];
  /** Returns the connections that it may open and accept besides its database, its cache and the ingress controller. */
  networkPolicies(plan: NoInfer<Plan>, outside: Outside): AnyNetworkPolicy[];
  /** Returns those of its keys that a plan needs; all of them when absent. */
  keysIn?(plan: NoInfer<Plan>): readonly SecretLabel[];
  /** Links with the same service of other communes; undefined if it cannot be linked. Its pods that answer are the part `web`. */
  link?: LinkOfService<NoInfer<Plan>>;
  /** Whether a section of it keeps the folders that groups share; no section does when absent. */
  keepsFolders?(section: NoInfer<Section>): boolean;
  /** Returns for how many people a section of it was declared; undefined if it does not say. */
  expectedPeople?(section: NoInfer<Section>): number | undefined;
  /** Loads the class of its component, and Pulumi with it. */
  component(): Promise<ServiceComponent<NoInfer<Plan>>>;
}
