import type { Availability } from "../../foundation/availability/availability.ts";
import type { Translated } from "../../foundation/language/language.ts";
import type { Rotation } from "../../foundation/seed/labels.ts";
import type { OtherSeed } from "../../foundation/seed/origin.ts";
import type { Interruption } from "./effect.ts";

/** Parameters of each sentence about a change. A language has a function for each. */
export interface Sentences {
  // Services
  serviceComes: { service: string; host: string };
  serviceReturns: { service: string; since: string };
  serviceGoes: { service: string };
  /** `goesOn`: what goes on outside the cluster. */
  retired: { name: string; since: string; goesOn: Translated | undefined };
  /** For a server or a volume that nothing uses any more, while the service goes on. */
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
  /** For an application that is removed from an association, with the volume of its data. */
  applicationLeaves: { volume: string };
  /** For an association that is to use another database server. `isOwn`: whether its rows are on a server of its own. */
  rowsStay: { isOwn: boolean };
  tenantSuspended: { service: string; since: string };
  tenantResumed: { service: string };
  // Versions and names
  /** `page`: the page of docs/ with its "Upgrade". */
  versionGoes: { service: string; page: string; from: string; to: string; interruption: Interruption };
  /** Back to an older version whose data was restored. */
  versionRestored: { service: string; from: string; to: string };
  versionBack: { from: string; to: string };
  versionSkips: { from: string; to: string; unit: "major" | "minor"; next: string | undefined };
  nameChanges: { from: string; to: string };
  domainChanges: { from: string; to: string };
  // Data. `value` is the setting of `commune:moved` that confirms the move.
  rowsMove: Move;
  rowsMoved: { service: string; from: string; to: string };
  filesMove: Move;
  /** For a service whose files are found by a number in a bucket and by a name on a volume. */
  filesStay: { service: string; from: string; to: string };
  filesMoved: { service: string; from: string; to: string };
  // `each` and `all`: what has a name built in.
  doorMoves: Move & { section: string; each: Translated; all: Translated };
  doorMoved: { section: string; all: Translated; from: string; to: string };
  rowsDropped: { service: string };
  rowsLeft: { services: readonly string[] };
  volumeComes: { volume: string; sizeGiB: number };
  volumeGrows: { volume: string; from: number; to: number };
  volumeShrinks: { volume: string; from: number; to: number };
  volumeGoes: { volume: string; sizeGiB: number };
  serverComes: { server: string; major: string };
  /** For a server whose rows would stay behind if it became several, or one again. */
  serverStays: { server: string; from: Availability; to: Availability };
  /** For a service whose waiting work would be on a volume that two servers use at once. */
  queueStays: { service: string };
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
  // The commune's own pages
  newsComes: { id: string };
  newsGoes: { id: string };
  newsChanges: { id: string };
  /** `of` is a service; undefined for the whole commune. */
  availabilityChanges: { of: string | undefined; to: Availability };
  // Changed fields. Values that are not published are undefined.
  fieldComes: { field: string; to: string | undefined };
  fieldGoes: { field: string; from: string | undefined };
  fieldChanges: { field: string; from: string | undefined; to: string | undefined };
  // Pods that restart
  podRestarts: { told: Translated };
  podsUnknown: { names: readonly string[] };
  softwareGoes: { software: string; from: string; to: string };
  siteChanges: { key: string; from: string | undefined; to: string | undefined };
  incarnationGoesBack: { from: string; to: string };
  /** Undefined stands for the cluster's default class. */
  storageClassChanges: { from: string | undefined; to: string | undefined };
  seedNowhereElse: { hosts: readonly string[] };
  protectionEnds: Record<never, never>;
  protectionBegins: Record<never, never>;
  // Before an update
  /** `job` is undefined if it is not known: it is named after what was published. */
  pointComes: { service: string; job: string | undefined };
  pointGiven: { service: string; point: string };
  noPoint: { service: string; why: NoPoint };
}

/** Reasons why no restore point of a service is taken before it changes. */
export type NoPoint = "no vault" | "vaults are new" | "files move" | "points come" | "points go";

/** Handling of a released service's rows: removed by the update, or by the operator of the server that has them. */
export type Rows = { are: "dropped" } | { are: "outside"; server: string } | { are: "elsewhere" };

/** Former place of something, declared place, and the setting that confirms the move. */
interface Move {
  from: string;
  to: string;
  value: string;
}

export type PointAspect = "devices" | "places" | "radios" | "hours";
export type PlaceKind = "quarter" | "zone" | "space";

/** A sentence's name and parameters. */
export type Told<Name extends keyof Sentences = keyof Sentences> = {
  [Each in Name]: { sentence: Each; with: Sentences[Each] };
}[Name];

/** All sentences in one language. */
export type Phrasing = { [Name in keyof Sentences]: (told: Sentences[Name]) => string };

/** Writes a change, or anything else that is described by a sentence, in a language. */
export function tell<Name extends keyof Sentences>(
  { sentence, with: parameters }: { sentence: Name; with: Sentences[Name] },
  language: Phrasing,
): string {
  return language[sentence](parameters);
}
