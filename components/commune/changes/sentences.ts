import type { Rotation } from "../../foundation/seed/labels.ts";
import type { OtherSeed } from "../../foundation/seed/origin.ts";
import type { Interruption } from "./effect.ts";

/** What each sentence about a change is made of. A language is a function for each. */
export interface Sentences {
  // Services
  serviceComes: { service: string; host: string };
  serviceReturns: { service: string; since: string };
  serviceGoes: { service: string };
  /** Points of the public Wi-Fi that go on as they were told last. */
  retired: { name: string; since: string; points: number };
  /** Of a server or a volume that nothing uses any more, while the service goes on. */
  leftBehind: { name: string; since: string };
  released: { name: string; since: string; rows: Rows; bucket: string | undefined };
  serverReleased: Record<never, never>;
  // Refused departures. `line` is what to write in the declaration.
  leaves: { name: string; line: string; disposable: boolean };
  leavesRetired: { name: string; since: string; kept: string; released: string; disposable: boolean };
  releasedInUse: { name: string; line: string };
  droppedInUse: { service: string };
  migratedRetired: { from: string };
  returnsWithoutRows: Record<never, never>;
  /** Of an application that is taken out of a tenant, with the volume that has its data. */
  applicationLeaves: { volume: string };
  /** Of an association that is told to use another database server. `isOwn`: whether its rows are on one of its own. */
  rowsStay: { isOwn: boolean };
  tenantSuspended: { service: string; since: string };
  tenantResumed: { service: string };
  // Versions and names
  /** `page`: the page of docs/ that has its "Upgrade". */
  versionGoes: { service: string; page: string; from: string; to: string; interruption: Interruption };
  /** Back, with its data. */
  versionRestored: { service: string; from: string; to: string };
  versionBack: { from: string; to: string };
  versionSkips: { from: string; to: string; unit: "major" | "minor"; next: string | undefined };
  nameChanges: { from: string; to: string };
  domainChanges: { from: string; to: string };
  // Data. `value` is what `pulumi config set commune:moved` is to be told.
  rowsMove: Move;
  rowsMoved: { service: string; from: string; to: string };
  filesMove: Move;
  filesMoved: { service: string; from: string; to: string };
  doorMoves: Move & { section: string };
  doorMoved: { section: string; from: string; to: string };
  rowsDropped: { service: string };
  rowsLeft: { services: readonly string[] };
  volumeComes: { volume: string; sizeGiB: number };
  volumeGrows: { volume: string; from: number; to: number };
  volumeShrinks: { volume: string; from: number; to: number };
  volumeGoes: { volume: string; sizeGiB: number };
  serverComes: { server: string; major: string };
  serverGoes: { server: string; major: string };
  serverRestarts: { waiting: readonly string[] };
  associationsServerRestarts: { count: number };
  ownServerRestarts: { server: string };
  postgresqlGoes: { from: string; to: string; waiting: readonly string[] };
  postgresqlBack: { from: string; to: string };
  postgresqlUnread: { from: string; to: string };
  // Secrets
  keyGone: { key: string };
  keyComes: { service: string; key: string };
  secretRotates: { secret: string; to: number; rotation: Rotation | "given" };
  secretBack: { secret: string; from: number; to: number };
  keyMoves: Move & { secret: string };
  keyMoved: { secret: string; to: string };
  // Others
  linkOpens: { peer: string; services: string };
  linkCloses: { peer: string; services: string };
  linkChanges: { peer: string; from: string; to: string };
  linkMoves: { peer: string; from: string; to: string };
  linkKey: { peer: string };
  seedChanges: OtherSeed;
  // Places
  pointsCome: { quarter: string; from: number; to: number };
  pointsGo: { quarter: string; from: number; to: number };
  pointsReplaced: { quarter: string; count: number };
  pointsChange: { quarter: string; count: number; aspect: PointAspect };
  placeComes: { kind: PlaceKind; id: string };
  placeGoes: { kind: PlaceKind; id: string };
  placeChanges: { kind: PlaceKind; id: string };
  // What is on the commune's own pages
  newsComes: { id: string };
  newsGoes: { id: string };
  newsChanges: { id: string };
  // What is declared otherwise. Values that are not published are not there.
  fieldComes: { field: string; to: string | undefined };
  fieldGoes: { field: string; from: string | undefined };
  fieldChanges: { field: string; from: string | undefined; to: string | undefined };
  // Pods that restart; `keeps`: whether what waits in the cache stays.
  serviceRestarts: { service: string };
  cacheRestarts: { service: string; keeps: boolean };
  schoolsRestart: Record<never, never>;
  directoryRestarts: Record<never, never>;
  podsUnknown: { names: readonly string[] };
  softwareGoes: { software: string; from: string; to: string };
  siteChanges: { key: string; from: string | undefined; to: string | undefined };
  incarnationGoesBack: { from: string; to: string };
  /** Without a class: the cluster's own. */
  storageClassChanges: { from: string | undefined; to: string | undefined };
  seedNowhereElse: { hosts: readonly string[] };
  protectionEnds: Record<never, never>;
  protectionBegins: Record<never, never>;
  // Before an update
  /** Without its Job where that is not known: what was published names it. */
  pointComes: { service: string; job: string | undefined };
  pointGiven: { service: string; point: string };
  noPoint: { service: string; why: NoPoint };
}

/** Why nothing is kept of a service before it changes. */
export type NoPoint = "no vault" | "vaults are new" | "files in a bucket" | "points go";

/** What becomes of a released service's rows: removed by the update, or by the operator of the server that has them. */
export type Rows = { are: "dropped" } | { are: "outside"; server: string } | { are: "elsewhere" };

/** Where something was, where it is declared to be, and what says that it is there. */
interface Move {
  from: string;
  to: string;
  value: string;
}

export type PointAspect = "devices" | "places" | "radios" | "hours";
export type PlaceKind = "quarter" | "zone" | "space";

/** One sentence and what it is made of. */
export type Told<Name extends keyof Sentences = keyof Sentences> = {
  [Each in Name]: { sentence: Each; with: Sentences[Each] };
}[Name];

/** All sentences in one language. */
export type Phrasing = { [Name in keyof Sentences]: (told: Sentences[Name]) => string };

/** A change, or anything else that is told, in a language. */
export function tell<Name extends keyof Sentences>(
  { sentence, with: parameters }: { sentence: Name; with: Sentences[Name] },
  language: Phrasing,
): string {
  return language[sentence](parameters);
}
