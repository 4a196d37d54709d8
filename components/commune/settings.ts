import pulumi from "@pulumi/pulumi";
import { refuse } from "../foundation/refuse.ts";
import { shortSeedProblem } from "../foundation/seed/derive.ts";
import {
  demoDomain,
  drillSetting,
  moves,
  pointsGiven,
  restoredVersions,
  seedFromConfig,
  siteFromConfig,
} from "../foundation/site/config.ts";
import type { Site } from "../foundation/site/site.ts";
import { type Drill, drillId } from "./drilled.ts";

/** What a stack's own settings say (`pulumi config`), but for secrets that a declaration asks for by name. */
export interface Settings {
  /** Name of the stack. */
  stack: string;
  /** Id of the commune that is declared: another one than the stack's in a drill alone. */
  commune: string;
  site: Site;
  /** Undefined where the stack is no copy. */
  drill: Drill | undefined;
  /** Domain at which the demo brings the commune up; undefined where it is at its own. */
  domain: string | undefined;
  moved: string[];
  restored: Record<string, string>;
  /** Restore points that count as those of before, by service. */
  points: Record<string, string>;
  /** Seed of a redeployment, in the clear; undefined where the stack draws its own. */
  seed: string | undefined;
}

/** Reads them. Stops the program where one cannot be used, with the command that mends it. */
export async function settingsFromConfig(): Promise<Settings> {
  const stack = pulumi.getStack();
  const site = siteFromConfig();
  const drill = drillSetting();
  if (drill && stack !== drillId(drill.of))
    refuse(
      `commune:drill makes a copy of ${drill.of}, and ${stack} is no stack for it: that is ${drillId(drill.of)}, which npx commune drill ${drill.of} makes. Take the setting away: pulumi config rm commune:drill -s ${stack}. Nothing was changed.`,
    );
  const commune = drill?.of ?? stack;
  const seed = await seedFromConfig();
  const short = seed && shortSeedProblem(seed, commune);
  if (short) refuse(`${short}\nNothing was changed.`);
  return {
    ...{ stack, commune, site, drill, seed },
    domain: drill ? undefined : demoDomain(),
    moved: moves(),
    restored: restoredVersions(),
    points: pointsGiven(),
  };
}
