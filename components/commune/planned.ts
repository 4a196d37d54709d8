import type { FederationPlan } from "../federation/plan.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import type { SecretVersions } from "../foundation/seed/labels.ts";
import type { MapPlan } from "../places/map/plan.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import type { Identity } from "../platform/identity/plan.ts";
import type { LoginPlan } from "../platform/login/plan.ts";
import type { Mail } from "../platform/mail/plan.ts";
import type { PortalPlan } from "../portal/plan.ts";
import type { CopyingPlan } from "../recovery/keeper/plan.ts";
import type { PointsPlan } from "../recovery/points/plan.ts";
import type { KeptVault } from "../recovery/vault/plan.ts";
import type { SharedDatabase } from "./database-plan.ts";
import type { Declared } from "./declared.ts";
import type { PartPlans } from "./parts.ts";
import type { Placed } from "./placed.ts";

/** Plans of what a commune has, with every size known: of what runs, or of what was retired. */
export type DeployedPlans = PartPlans;

/** The plan of a declaration at a site, with every size known. */
export interface CommunePlan extends PartPlans {
  /** The commune that a drill has a copy of: the keys are that commune's, and the copy meets nobody. Undefined where a commune runs. */
  drillOf: string | undefined;
  /** The server that services share: ours, or one outside. Nothing when no service needs one. */
  database: SharedDatabase | undefined;
  mail: Mail | undefined;
  /** The provider that each service asks who somebody is, by the name of the service. */
  identities: Readonly<Record<string, Identity>>;
  /** The commune's own login; undefined where people log in elsewhere. */
  login: LoginPlan | undefined;
  federation: FederationPlan;
  /** The vaults of others where its own copies are. */
  keptVaults: readonly KeptVault[];
  /** The restore points of its services; none where it has no vault. */
  points: PointsPlan[];
  /** Those of its directory. */
  directoryPoints: PointsPlan[];
  /** Those of the applications of its associations. */
  applicationPoints: PointsPlan[];
  /** How database servers are copied there; nothing where none is declared. */
  copying: CopyingPlan | undefined;
  /** The map of what has a place; nothing where nothing has one. */
  map: MapPlan | undefined;
  /** Its own pages; nothing where it declares none. */
  portal: PortalPlan | undefined;
  /** Services that were retired, as large as when they ran: what holds their data stays. */
  retired: DeployedPlans;
  /** Servers of ours that no service uses any more, and that stay. */
  formerServers: PlannedServer[];
  /** What was retired, by the name of what holds the data: `nextcloud`, `nextcloud-database`, `mastodon-media`. */
  retirements: Readonly<Record<string, Retirement>>;
  /** Services whose rows and role the shared server removes. */
  drops: readonly string[];
  /** What is declared, field by field, for later declarations to be compared with. */
  declared: Declared;
  /** What stands where, for the same. */
  placed: Placed | undefined;
  /** Versions that secrets were raised to, by name. */
  secretVersions: SecretVersions;
  /** Names of the secrets that somebody else must have given to the stack. */
  givenSecrets: string[];
}

/** A database server of ours, and the field that declares it. */
export interface PlannedServer {
  field: string[];
  server: DatabaseSpec;
}

/** A plan without what is made of what its parts say. */
export type PlannedParts = Omit<CommunePlan, "portal">;
