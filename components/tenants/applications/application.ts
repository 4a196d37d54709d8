import type * as z from "zod";
import type { Image } from "../../foundation/image/catalogue.ts";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import type { CopiedVolume, PointContents } from "../../foundation/restore-point/contract.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import type { Access } from "./access.ts";
import type { DeclaredSection } from "./fields.ts";
import type { Pages } from "./pages.ts";
import type { DeclaredApplication } from "./schema.ts";

/** What an application may know of the association that it is for. */
export interface TenantFacts {
  commune: string;
  /** Whose association it is, where that commune's copy is drilled. */
  drillOf?: string | undefined;
  /** Id of the tenant. */
  id: string;
  /** Name that people read. */
  name: string;
  /** The association's mailbox. */
  contact: string;
  /** The tenant's own domain. */
  domain: string;
  /** Suffix of its namespace, and start of the names of all that is in it: `t-chorale`. */
  service: string;
  /** Public name of the commune's own login; nothing where it has none. */
  loginHost: string | undefined;
  /** The MariaDB server that its rows are on. */
  databaseServer: string;
  /** Whether the commune has pages on which people give each telephone a password of its own. */
  hasAccounts: boolean;
}

/** A claim that an application's chart makes. */
interface ApplicationVolume {
  /** Name of the claim, the same as its chart gives it. */
  name: string;
  sizeGiB: number;
}

/** A secret that an application reads as a file. */
export interface ApplicationSecret {
  /** What it is derived from. */
  label: SecretLabel;
  /** Name of the Secret in the tenant's namespace, and of its key. */
  secret: string;
  key: string;
}

/** Who administers an application: an account of its own, made at its first start. */
export interface ApplicationAccount extends ApplicationSecret {
  user: string;
}

/** What keeps rows. */
export type Engine = "mariadb" | "postgresql";

/** A database on a server of the commune's, with its user's password. */
export type ApplicationDatabase = ApplicationSecret & {
  /** Name of the server: the MariaDB that associations share, or one of its own. */
  server: string;
  /** Of the database and of its user. */
  name: string;
} & (
    | { engine: "mariadb" }
    | {
        engine: "postgresql";
        /** What must be in it before the application starts, such as `postgis`. */
        extensions: readonly string[];
      }
  );

/** Whom the front of an application lets in. */
export interface ApplicationGate {
  /** Groups of the commune's directory, of which one is enough. */
  groups: readonly string[];
  /** The group of who administers the application; nothing where it is not told who asks. */
  admins: string | undefined;
  /** Whether accounts of its own open it too, for programs that know no pages to log in on. */
  keepsAccounts: boolean;
  /** What its tile says it is, in French. */
  tile: string;
  /** Where its tile leads. */
  path: string;
}

/** What one pod may take: MiB of memory, thousandths of a core, MiB of the node's disk. */
export interface PodSize {
  memoryMiB: number;
  millicores: number;
  ephemeralMiB: number;
}

/** What of an application leaves with its association. */
export interface ExitPlan {
  /**
   * What is on its volume: names below the folder where its pod has the claim, who may read them there, and whether its
   * image has bash and GNU's tar.
   */
  files:
    | { claim: string; folder: string; names: readonly string[]; uid: number; hasTools: boolean }
    | undefined;
  /** Its own way out: the file, and the command in its container that prints it. */
  own: { file: string; command: readonly string[] } | undefined;
}

/** What the guide of an archive knows of the application that it was. */
export interface ArchivedApplication {
  host: string;
  title: string;
  /** Id of the tenant. */
  tenant: string;
  isSuspended: boolean;
  /** Whether people logged in by the commune's login: no account in the archive has a password that somebody knows. */
  isByLogin: boolean;
}

/** What an application's part of an archive says to whoever opens it, in French. */
export interface ArchiveGuide {
  /** What its files are, an entry of a list each. */
  contents(of: ArchivedApplication): readonly string[];
  /** How to go on with them elsewhere: sections of Markdown, each with an empty line behind it. */
  goOn(of: ArchivedApplication): string;
}

/** An application of a tenant, with every size known. */
export interface ApplicationPlan extends PodSize {
  /** Its name in the tenant's file, and that of its chart in `charts/`. */
  name: string;
  /** Name of its Helm release: start of the names of all that its chart makes. */
  release: string;
  /** Public name. */
  host: string;
  access: Access;
  /** Kinds of personal data held, joined by dots; `none` when there are none. */
  data: string;
  /** How many pods there may be at once while it is updated. */
  pods: number;
  /** The pod of its timed job; nothing where it has none. */
  timed: PodSize | undefined;
  volumes: readonly ApplicationVolume[];
  /** Nothing where nobody logs in. Its password opens nothing where the commune's login says who asks. */
  account: ApplicationAccount | undefined;
  /** The account that its members share to read, where it can make no others; nothing elsewhere. */
  members: ApplicationAccount | undefined;
  /** Nothing where it keeps files alone. */
  database: ApplicationDatabase | undefined;
  /** What it asks with about passwords of telephones, one of its secrets, where people make such. */
  devices?: ApplicationSecret | undefined;
  /** Who may log in, where its front asks the commune's login; nothing where the application itself knows. */
  gate: ApplicationGate | undefined;
  /** What else it reads. */
  secrets: readonly ApplicationSecret[];
  exit: ExitPlan;
  /** What is in its restore points beside its rows; nothing where all that it has is in the declaration. */
  restorePoint: PointContents | undefined;
  /** What its chart is told. Never a secret: those are named. */
  values: Json;
}

/** An application of the catalogue: what an association asks for, and all that is written of it. */
export interface Application {
  /** Its name in a tenant's file, and that of its folder in `charts/`. */
  name: string;
  /** Where it stands in the catalogue. */
  place: number;
  /** What it is, for who administers the commune. */
  description: string;
  /** What it is, in French, for who asks for it. */
  asked: string;
  /** Whether nobody has run its image here. */
  isNeverRun: boolean;
  /** What its pages are to a visitor of the portal, in French; undefined if there are none to look at. */
  pages: string | undefined;
  /** Its section of a tenant's file. */
  section: z.ZodType<DeclaredSection>;
  /** The field of that section which names a folder of pages; undefined if it has none. */
  folderField: string | undefined;
  /** @param pages of the site of files, for the application that serves them. */
  plan(tenant: TenantFacts, section: DeclaredSection, pages: Pages): ApplicationPlan;
  /** What its section says at first, where an association has asked for it. */
  begins: { access?: Access };
  /** Its images, beside the front's, which all services have. */
  images: readonly Image[];
  /** Whom it can tell apart by itself, without a login that all share. */
  tellsApart: readonly Access[];
  /** Whether its front can ask the commune's own login before it answers. */
  isGated: boolean;
  /** Where it keeps rows; undefined if it keeps files alone. */
  rows: Engine | undefined;
  /** What the archive of an association says of it. */
  guide: ArchiveGuide;
  /** All that its folder declares. */
  declared: DeclaredApplication;
}

/** What the front of an application takes: nginx in the same pod, the same in every chart (charts/app). */
export const front = { memoryMiB: 32, millicores: 100, ephemeralMiB: 64 };

/** What a pod takes with its front. */
export function withFront(own: PodSize): PodSize {
  return {
    memoryMiB: own.memoryMiB + front.memoryMiB,
    millicores: own.millicores + front.millicores,
    ephemeralMiB: own.ephemeralMiB + front.ephemeralMiB,
  };
}

/** What is in the restore points of an application with one volume. It is told nothing afterwards: its cache is in its pod. */
export function pointContents(uid: number, volume: CopiedVolume): PointContents {
  return { uid, volumes: [volume], afterFiles: [], afterAll: [], afterPath: [] };
}

/** Every secret of an application. */
export function secretsOfApplication(plan: ApplicationPlan): ApplicationSecret[] {
  const { account, members, database, secrets } = plan;
  return [...[account, members, database].flatMap((each) => each ?? []), ...secrets];
}

/** Whether the commune's login alone opens an application: then no password of its own does. */
export function isByLogin({ gate }: Pick<ApplicationPlan, "gate">): boolean {
  return gate?.admins !== undefined && !gate.keepsAccounts;
}

/** Name of the Helm release of an application. */
export function releaseOf({ service }: Pick<TenantFacts, "service">, application: string): string {
  return `${service}-${application}`;
}

/** Label of a secret of an application of an association. */
export function secretLabel(
  service: string,
  application: string,
  who: string,
  rotation: SecretLabel["rotation"],
  description: string,
): SecretLabel {
  return { service, purpose: `${application}-${who}`, version: 1, rotation, description };
}
