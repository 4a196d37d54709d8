import type { FederationPlan } from "../federation/plan.ts";
import type { Availabilities } from "../foundation/availability/availability.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import type { SecretVersions } from "../foundation/seed/labels.ts";
import type { PlacesDigests } from "../places/places/digests.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import type { Identity } from "../platform/identity/plan.ts";
import type { Mail } from "../platform/mail/plan.ts";
import type { PortalPlan } from "../portal/plan.ts";
import type { CopyingPlan } from "../recovery/keeper/plan.ts";
import type { PointsPlan } from "../recovery/points/plan.ts";
import type { KeptVault } from "../recovery/vault/plan.ts";
import type { SharedDatabase } from "./database-plan.ts";
import type { Declared } from "./declared.ts";
import type { PartPlans } from "./parts.ts";

/** Plans of parts, with every size known: of those that run, or of those that are retired. */
export type DeployedPlans = PartPlans;

/** The plan of a declaration at a site, with every size known. */
export interface CommunePlan extends PartPlans {
  /** Id of the commune. */
  id: string;
  /** Its domain, by which peers know it. */
  domain: string;
  /**
   * The commune of which a drill has a copy: the keys are that commune's, and the copy contacts nobody. Undefined for
   * a commune that runs.
   */
  drillOf: string | undefined;
  /** The server that services share, ours or one outside; undefined if no service needs one. */
  database: SharedDatabase | undefined;
  availability: Availabilities;
  mail: Mail | undefined;
  /** The login provider of each service, by the service's name. */
  identities: Readonly<Record<string, Identity>>;
  federation: FederationPlan;
  /** Other communes' vaults with its own copies. */
  keptVaults: readonly KeptVault[];
  /** Its restore points, with people before what they use; empty if it has no vault. */
  points: PointsPlan[];
  /** Settings for copying database servers to vaults; undefined if no vault is declared. */
  copying: CopyingPlan | undefined;
  /** Its own pages; undefined if it declares none. */
  portal: PortalPlan | undefined;
  /** Retired services, as large as when they ran: their data holders stay. */
  retired: DeployedPlans;
  /** Our servers that no service uses any more, and that stay. */
  formerServers: PlannedServer[];
  /** Retirements, by the name of the data holder: `nextcloud`, `nextcloud-database`, `mastodon-media`. */
  retirements: Readonly<Record<string, Retirement>>;
  /** Services whose rows and role are removed from the shared server. */
  drops: readonly string[];
  /** The declaration, field by field, for later ones to be compared with. */
  declared: Declared;
  /** Digests of its places, for later ones to be compared with. */
  placed: PlacesDigests | undefined;
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

/** A plan without the part that is made from all others. */
export type PlannedParts = Omit<CommunePlan, "portal">;
