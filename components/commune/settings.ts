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

/** A stack's own settings (`pulumi config`), except secrets that a declaration asks for by name. */
export interface Settings {
  /** Name of the stack. */
  stack: string;
  /** Id of the declared commune: it differs from the stack's only in a drill. */
  commune: string;
  site: Site;
  /** Undefined if the stack is not a copy. */
  drill: Drill | undefined;
  /** Domain at which the demo brings the commune up; undefined for the commune's own. */
  domain: string | undefined;
  moved: string[];
  restored: Record<string, string>;
  /** Restore points that count as those before this update, by service. */
  points: Record<string, string>;
  /** Seed of a redeployment, in plain text; undefined if the stack draws its own. */
  seed: string | undefined;
}

/** Reads the settings. Stops the program if one cannot be used, with the command that fixes it. */
export async function settingsFromConfig(): Promise<Settings> {
  const stack = pulumi.getStack();
  const site = siteFromConfig();
  const drill = drillSetting();
  if (drill && stack !== drillId(drill.of))
    refuse(
      `commune:drill makes a copy of ${drill.of}, but its stack is ${drillId(drill.of)}, which npx commune drill ${drill.of} makes, and not ${stack}. Remove the setting: pulumi config rm commune:drill -s ${stack}. Nothing was changed.`,
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
