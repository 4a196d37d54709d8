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

/** What a commune is made of: its plan, its site, and what other files and runs say. */
export interface CommuneArgs {
  /** Its plan: `planCommune`. */
  plan: CommunePlan;
  site: Site;
  /** Where its seed comes from; drawn once when absent. */
  seed: SeedSource | undefined;
  /** What the last complete update signed for the points of the public Wi-Fi, as its `hotspots.signed` said. */
  signed?: SignedSerial | undefined;
  /** Secrets that somebody else gave: a relay's password, keys to a store. Asked for only when declared. */
  given: GivenSecrets;
  /** The certificate that each run copies, where the site names one: `certificateFrom`. */
  certificate?: pulumi.Output<KeyPair> | undefined;
  /** Which build of each image runs: what `loadLock` read. */
  lock?: ImageLock | undefined;
  /** The head of its log of approvals: what `loadLogHead` read. */
  log?: SaidHead | undefined;
  /** What its log of recovery drills comes to: what `drillsHead` made of it. */
  drills?: Descriptor["drills"];
  /** The same log as its page tells it. */
  told?: ToldLog | undefined;
  /** What images are pulled with, where the site names it: `pullSecretFrom`. */
  pullSecret?: pulumi.Output<string> | undefined;
}
