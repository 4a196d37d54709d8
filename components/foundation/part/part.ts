import type { FieldProblem } from "../declaration/problem.ts";
import type { Image } from "../image/catalogue.ts";
import type { Translated } from "../language/language.ts";
import type { Dataset } from "../page/dataset.ts";
import type { HelpPage } from "../page/help.ts";
import type { PointSubject } from "../restore-point/subject.ts";
import type { Retirement } from "../retirement/declaration.ts";
import type { SecretLabel, SecretVersions } from "../seed/labels.ts";
import type { DataHolders } from "../site/data-holders.ts";
import type { FrenchWords } from "./french.ts";
import type { NamedThing } from "./names.ts";
import type { NoticedPod } from "./noticed.ts";
import type { Register } from "./registered.ts";
import type { Watched, WatchedBucket } from "./watched.ts";

/**
 * Something that a commune can have, as far as others must know of it: whoever has to know every part reads the list of them
 * (`components/commune/parts.ts`), and names none. Pure, and without Pulumi.
 *
 * @typeParam Plans what it reads of a plan: of what runs, and of what was retired.
 * @typeParam Around what it is planned from: the declaration, the site, and the plans of what it needs.
 * @typeParam Given what its component is given: the plan, and what parts before it have made.
 * @typeParam Fields the schemas of its sections.
 */
export interface Part<Plans, Around = unknown, Given = unknown, Fields = unknown> {
  /** Its name among parts: the kind of what is planned of it. */
  kind: string;
  /** Effect of the loss of its node, where `node-loss` is declared: a sentence of docs/availability.md. */
  whenNodeIsLost: string;
  /** Kinds of the parts whose plans it reads when it is planned itself. */
  needs?: readonly string[];
  /** People affected by a change of its fields, by section: readers, peers, visitors; those who use it if absent. */
  touches?: Readonly<Record<string, readonly string[]>>;
  /** Fields whose difference is told as another kind of change: of a volume, a server, a link. `*` is any name. */
  toldElsewhere?: readonly string[];
  /** Decides what it is made of. Asked after all that it needs. */
  plan?(around: Around): Planned<Plans>;
  /** The schema of each section that declares it, by name. */
  fields?(linked: readonly LinkedKind[]): Fields;
  /** Titles of the sections that declare it, by name. */
  sections?: Readonly<Record<string, Translated>>;
  /** French words for their fields, apart from those that several parts have (`changes/field-words.ts`). */
  french?: FrenchWords;
  /** Reasons for which a section needs a commune's repository, by name; absent if commune.yaml says all of it (docs/languages.md). */
  ofRepository?: Readonly<Record<string, string>>;
  /**
   * Finds problems that no single field of it shows, with their places.
   *
   * @param keepsFolders whether the commune has a service that keeps the folders of groups.
   */
  problems?(declaration: DeclaredIn<Around>, keepsFolders: boolean): readonly FieldProblem[];
  /** Finds what does not fit places.geojson; not called if that file cannot be read. */
  placeProblems?(declaration: DeclaredIn<Around>, places: PlacesIn<Around>): readonly FieldProblem[];
  /** Returns its declared retirements, by the name of what holds the data; undefined for what runs. */
  retirements?(declaration: DeclaredIn<Around>): readonly (readonly [string, Retirement | undefined])[];
  /** Its sections that a copy at another domain than the declared one goes without. */
  boundToDomain?: readonly string[];
  /** Sections of a copy of a commune in which only some of its services are drilled, by their names: docs/drill.md. */
  drilled?(declaration: DeclaredIn<Around>, services: readonly string[]): object;
  /** Returns help pages for people who begin with it. `map` is the address of the commune's map; undefined if it has none. */
  help?(plans: Plans, declaration: DeclaredIn<Around>, map: string | undefined): readonly HelpPage[];
  /** Returns the open data that the commune publishes about it. */
  datasets?(declaration: DeclaredIn<Around>, places: PlacesIn<Around>): readonly Dataset[];
  /** Returns what a name stands for, if this part gives that name; undefined for any other. */
  thingNamed?(name: string): NamedThing | undefined;
  /** Returns the names of what holds data in a plan and is retired on its own. */
  held?(plans: Plans): readonly string[];
  /** Returns those names of what a stack published. */
  heldBefore?(published: PublishedNames): readonly string[];
  /** Returns the PostgreSQL server of ours with the rows of each of its namespaces, by the namespace's suffix. */
  rowsAt?(plans: Plans): Readonly<Record<string, string>>;
  /** Whether the update that releases the data of a retired thing removes its rows from a server that others use too. */
  dropsRowsOf?(name: string, running: Plans, retired: Plans): boolean;
  /** Returns the holders of its data, as its component makes them. */
  holders?(plans: Plans): readonly DataHolders[];
  /** The secrets that it derives. */
  secrets?(plans: Plans): readonly SecretLabel[];
  /** Every secret that it may derive, whatever is planned; not those whose names follow from associations' files. */
  labels?: readonly SecretLabel[];
  /** Returns its secrets whose names follow from a declaration. */
  labelsIn?(declaration: DeclaredIn<Around>): readonly SecretLabel[];
  /** Names of the database servers that it may have. */
  servers?: readonly string[];
  /** Returns what its restore points are of. */
  copied?(plans: Plans): readonly PointSubject[];
  /** Names of its restore points, without those of associations' applications. */
  restorePoints?: readonly string[];
  /** Every image that it may run and brings itself, beside those of the toolkit's catalogue. */
  images?(): readonly Image[];
  /** Software that comes with the toolkit and that it runs; another part may run the same. */
  software?(plans: Plans): readonly Software[];
  /** Returns the software that it runs for people, and further programs of it. */
  offered?(plans: Plans): readonly Offered[];
  /** Its public names. */
  hosts?(plans: Plans): readonly PublicHost[];
  /** Names that things outside the cluster have built in, by its section of the declaration; of what was retired too. */
  doors?(plans: Plans): Readonly<Record<string, Door>>;
  /** Says what goes on outside the cluster once it is retired; undefined if nothing does. */
  afterRetirement?(retired: Plans): Translated | undefined;
  /** The checksum of the pod of each of its database servers, by the server's name: another one is a restart. */
  serverPods?(plans: Plans, versions: SecretVersions): Readonly<Record<string, string>>;
  /** Its pods whose restart people notice, apart from those of database servers. */
  noticed?(plans: Plans): readonly NoticedPod[];
  /** Pods of it that say whether they are well (docs/monitoring.md); its public names are looked at without it. */
  watched?(plans: Plans): readonly Watched[];
  /** Buckets outside the cluster in which it has files. */
  buckets?(plans: Plans): readonly WatchedBucket[];
  /** Loads what registers it, and Pulumi with it; absent if nothing of it is registered separately. */
  component?(): Promise<Register<Given>>;
  /** Loads what registers the rest of it after all other parts, also in their namespaces. */
  lastComponent?(): Promise<Register<Given>>;
}

/** A public name of a commune, and the service behind it. */
export interface PublicHost {
  service: string;
  host: string;
  /** Start page of a reader; empty for the service's own. */
  path: string;
}

/** A name that things outside the cluster have built in. */
export interface Door {
  host: string;
  /** Those things, for people: one of them as the subject of a sentence, and all of them. */
  each: Translated;
  all: Translated;
}

/** Software that people use, or a further program of it. */
export interface Offered {
  image: Image;
  /** Name that people read; the image's when absent. */
  name?: string;
  /** The image's when absent. */
  version?: string;
  /** Its purpose, in French; undefined for a further program. */
  purpose?: string;
}

/** A kind of service that communes can link, for the reference of declarations. */
export interface LinkedKind {
  kind: string;
  /** The software that carries it. */
  title: string;
  /** Effect of a link. */
  meaning: string;
}

/** The declaration, of what a part is planned from. */
type DeclaredIn<Around> = Around extends { declaration: infer Declaration } ? Declaration : unknown;

/** The places, of what a part is planned from. */
type PlacesIn<Around> = Around extends { places: infer Places } ? Places : unknown;

/** A part's plans: of what runs, and of what was retired, as if it ran. */
interface Planned<Plans> {
  running?: Plans;
  retired?: Plans;
}

/** Names that a stack published, as far as they tell what held data. */
interface PublishedNames {
  services: Readonly<Record<string, unknown>>;
  volumes: Readonly<Record<string, unknown>>;
  postgresql: Readonly<Record<string, unknown>>;
  names: Readonly<Record<string, unknown>>;
  tenants: Readonly<Record<string, unknown>>;
}

/** Software that comes with the toolkit. */
export interface Software {
  /** Name under which its version is published, for later versions to be compared with: another major is another name. */
  name: string;
  image: Image;
}
