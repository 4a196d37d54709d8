import type * as z from "zod";
import type { Image } from "../../foundation/image/catalogue.ts";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import type {
  ConsistentCopies,
  CopiedVolume,
  PointContents,
} from "../../foundation/restore-point/contract.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import type { Access } from "./access.ts";
import type { DeclaredSection } from "./fields.ts";
import type { Pages } from "./pages.ts";
import type { DeclaredApplication } from "./schema.ts";

/** Facts about an association that an application may know. */
export interface TenantFacts {
  commune: string;
  /** The original commune, if this one is a copy for a drill. */
  drillOf?: string | undefined;
  /** Id of the tenant. */
  id: string;
  /** Name that people read. */
  name: string;
  /** The association's mailbox. */
  contact: string;
  /** The tenant's own domain. */
  domain: string;
  /** Suffix of its namespace, and start of the names of all objects in it: `t-chorale`. */
  service: string;
  /** Public name of the commune's own login; undefined if it has none. */
  loginHost: string | undefined;
  /** The MariaDB server with its rows. */
  databaseServer: string;
  /** Whether the commune has pages on which people give each telephone its own password. */
  hasAccounts: boolean;
}

/** A claim that an application's chart makes. */
interface ApplicationVolume {
  /** Name of the claim, as in its chart. */
  name: string;
  sizeGiB: number;
}

/** A secret that an application reads as a file. */
export interface ApplicationSecret {
  /** Label that it is derived from. */
  label: SecretLabel;
  /** Name of the Secret in the tenant's namespace, and of its key. */
  secret: string;
  key: string;
}

/** The administrator of an application: its own account, made at its first start. */
export interface ApplicationAccount extends ApplicationSecret {
  user: string;
}

/** Engines of databases. */
export type Engine = "mariadb" | "postgresql";

/** A database on a server of the commune, with its user's password. */
export type ApplicationDatabase = ApplicationSecret & {
  /** Name of the server: the MariaDB that associations share, or the association's own server. */
  server: string;
  /** Name of the database and of its user. */
  name: string;
} & (
    | { engine: "mariadb" }
    | {
        engine: "postgresql";
        /** Extensions that must be in it before the application starts, such as `postgis`. */
        extensions: readonly string[];
      }
  );

/** Rules by which the front of an application lets people in. */
export interface ApplicationGate {
  /** Groups of the commune's directory, of which one is enough. */
  groups: readonly string[];
  /** The group of the application's administrators; undefined if the application is not told who asks. */
  admins: string | undefined;
  /** Whether its own accounts open it too, for programs that cannot log in on pages. */
  keepsAccounts: boolean;
  /** Description on its tile, in French. */
  tile: string;
  /** Path that its tile leads to. */
  path: string;
}

/** Limits of one pod: MiB of memory, thousandths of a core, MiB of the node's disk. */
export interface PodSize {
  memoryMiB: number;
  millicores: number;
  ephemeralMiB: number;
}

/** Data of an application that leaves with its association. */
export interface ExitPlan {
  /**
   * Files on its volume: names below the folder where its pod mounts the claim, the user who may read them there, and
   * whether its image has bash and GNU's tar.
   */
  files:
    | { claim: string; folder: string; names: readonly string[]; uid: number; hasTools: boolean }
    | undefined;
  /** The application's own export: the file, and the command in its container that prints it. */
  own: { file: string; command: readonly string[] } | undefined;
}

/** Facts about a former application that the guide of an archive needs. */
export interface ArchivedApplication {
  host: string;
  title: string;
  /** Id of the tenant. */
  tenant: string;
  isSuspended: boolean;
  /** Whether people logged in through the commune's login: no account in the archive then has a known password. */
  isByLogin: boolean;
}

/** Texts for whoever opens an application's part of an archive, in French. */
export interface ArchiveGuide {
  /** Descriptions of its files, one for each entry of a list. */
  contents(of: ArchivedApplication): readonly string[];
  /** Instructions for continuing with them elsewhere: sections of Markdown, each followed by an empty line. */
  goOn(of: ArchivedApplication): string;
}

/** An application of a tenant, with every size known. */
export interface ApplicationPlan extends PodSize {
  /** Its name in the association's file, and that of its chart in `charts/`. */
  name: string;
  /** Name of its Helm release: start of the names of all objects that its chart makes. */
  release: string;
  /** Public name. */
  host: string;
  access: Access;
  /** Kinds of personal data held, joined by dots; `none` if there are none. */
  data: string;
  /** Number of pods that may exist at once during an update. */
  pods: number;
  /** The pod of its timed job; undefined if it has none. */
  timed: PodSize | undefined;
  volumes: readonly ApplicationVolume[];
  /** Undefined if nobody logs in. Its password opens nothing if the commune's login identifies people. */
  account: ApplicationAccount | undefined;
  /** The account that its members share for reading, if it can make no others; undefined otherwise. */
  members: ApplicationAccount | undefined;
  /** Undefined if it keeps only files. */
  database: ApplicationDatabase | undefined;
  /** The secret, one of its own, with which it checks passwords of telephones; absent if people make none. */
  devices?: ApplicationSecret | undefined;
  /** Rules of its front, if that asks the commune's login; undefined if the application itself decides. */
  gate: ApplicationGate | undefined;
  /** Other secrets that it reads. */
  secrets: readonly ApplicationSecret[];
  exit: ExitPlan;
  /** Contents of its restore points besides its rows; undefined if everything that it has is in the declaration. */
  restorePoint: PointContents | undefined;
  /** Values of its chart. They name secrets and never contain one. */
  values: Json;
}

/**
 * Returns the image of an application, for whoever looks for its version:
 * `docker.io/library/wordpress:6.8.12-php8.4-apache`.
 */
export function softwareOf({ values }: ApplicationPlan): string {
  // An application with only files is served by the front.
  const { frontImage, image = frontImage } = values;
  return typeof image === "string" ? image : "";
}

/** An application of the catalogue: an association's fields, and everything that its folder declares. */
export interface Application {
  /** Its name in an association's file, and that of its folder in `charts/`. */
  name: string;
  /** Its position in the catalogue. */
  place: number;
  /** Description for the commune's administrators. */
  description: string;
  /** Description in French for associations that ask for it. */
  asked: string;
  /** Whether nobody has run its image here. */
  isNeverRun: boolean;
  /** French term for its pages, for visitors of the portal; undefined if there are none to look at. */
  pages: string | undefined;
  /** Schema of its section in an association's file. */
  section: z.ZodType<DeclaredSection>;
  /** The field of that section that names a folder of pages; undefined if it has none. */
  folderField: string | undefined;
  /**
   * Plans it for an association.
   *
   * @param pages of the site of files, for the application that serves them.
   */
  plan(tenant: TenantFacts, section: DeclaredSection, pages: Pages): ApplicationPlan;
  /** First contents of its section, when an association has asked for it. */
  begins: { access?: Access };
  /** Its images, apart from the front's, which all services have. */
  images: readonly Image[];
  /** Groups of people that it can distinguish alone, without the shared login. */
  tellsApart: readonly Access[];
  /** Whether its front can ask the commune's own login before it answers. */
  isGated: boolean;
  /** Engine of its rows; undefined if it keeps only files. */
  rows: Engine | undefined;
  /** Texts about it in the archive of an association. */
  guide: ArchiveGuide;
  /** Everything that its folder declares. */
  declared: DeclaredApplication;
}

/** Limits of the front of an application: nginx in its pod, identical in every chart (charts/app). */
export const front = { memoryMiB: 32, millicores: 100, ephemeralMiB: 64 };

/** Returns the limits of a pod with its front. */
export function withFront(own: PodSize): PodSize {
  return {
    memoryMiB: own.memoryMiB + front.memoryMiB,
    millicores: own.millicores + front.millicores,
    ephemeralMiB: own.ephemeralMiB + front.ephemeralMiB,
  };
}

/**
 * Returns the contents of the restore points of an application with one volume. Nothing runs after a restore: its
 * cache is in its pod.
 */
export function pointContents(
  uid: number,
  volume: CopiedVolume,
  copies: ConsistentCopies | undefined,
): PointContents {
  return { uid, volumes: [volume], ...(copies && { copies }), afterFiles: [], afterAll: [], afterPath: [] };
}

/** Returns every secret of an application. */
export function secretsOfApplication(plan: ApplicationPlan): ApplicationSecret[] {
  const { account, members, database, secrets } = plan;
  return [...[account, members, database].flatMap((each) => each ?? []), ...secrets];
}

/** Whether only the commune's login opens an application, so that none of its own passwords does. */
export function isByLogin({ gate }: Pick<ApplicationPlan, "gate">): boolean {
  return gate?.admins !== undefined && !gate.keepsAccounts;
}

/** Returns the name of an application's Helm release. */
export function releaseOf({ service }: Pick<TenantFacts, "service">, application: string): string {
  return `${service}-${application}`;
}

/** Returns the label of a secret of an association's application. */
export function secretLabel(
  service: string,
  application: string,
  who: string,
  rotation: SecretLabel["rotation"],
  description: string,
): SecretLabel {
  return { service, purpose: `${application}-${who}`, version: 1, rotation, description };
}
