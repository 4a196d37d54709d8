import type pulumi from "@pulumi/pulumi";
import type { Descriptor } from "../federation/descriptor.ts";
import type { SaidHead } from "../federation/memory.ts";
import type { ToldLog } from "../federation/told-log.ts";
import type { ImageLock } from "../foundation/image/lock.ts";
import type { SeedSource } from "../foundation/seed/index.ts";
import type { KeyPair } from "../foundation/site/certificate.ts";
import type { GivenSecrets } from "../foundation/site/config.ts";
import type { Site } from "../foundation/site/site.ts";
import type { SignedSerial } from "../places/hotspots/serial.ts";
import type { CommunePlan } from "./planned.ts";

/** Everything that a commune is made of: its plan, its site, and the contents of other files and runs. */
export interface CommuneArgs {
  /** Its plan: `planCommune`. */
  plan: CommunePlan;
  /** Site on which it runs: `siteOf`. */
  site: Site;
  /** Source of its seed; drawn once when absent. */
  seed: SeedSource | undefined;
  /** Serial that the last complete update signed for the hotspots, from its `hotspots.signed`. */
  signed?: SignedSerial | undefined;
  /** Secrets that somebody else gave: a relay's password, keys of a store. They are read only if declared. */
  given: GivenSecrets;
  /** The certificate that each run copies, if the site names one: `certificateFrom`. */
  certificate?: pulumi.Output<KeyPair> | undefined;
  /** The build of each image that runs, as `loadBuilds` read it. */
  lock?: ImageLock | undefined;
  /** Head of its log of approvals, as `loadLogHead` read it. */
  log?: SaidHead | undefined;
  /** Result of its log of recovery drills, as `drillsHead` computed it. */
  drills?: Descriptor["drills"];
  /** The log of approvals in the form of its page. */
  told?: ToldLog | undefined;
  /** Credentials for pulling images, if the site names a secret for them: `pullSecretFrom`. */
  pullSecret?: pulumi.Output<string> | undefined;
}
