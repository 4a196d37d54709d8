import type * as z from "zod";
import { choice } from "../foundation/declaration/choice.ts";
import { count } from "../foundation/declaration/count.ts";
import { date } from "../foundation/declaration/date.ts";
import { duration } from "../foundation/declaration/duration.ts";
import { communeId, identifier } from "../foundation/declaration/identifier.ts";
import { line } from "../foundation/declaration/line.ts";
import { list } from "../foundation/declaration/list.ts";
import { named, section } from "../foundation/declaration/section.ts";
import { size } from "../foundation/declaration/size.ts";
import { retirementSection } from "../foundation/retirement/declaration.ts";
import { bucketSection } from "./bucket/declaration.ts";
import { periods } from "./periods.ts";

const hostedSection = section({
  space: size({ minimum: "1 GiB", maximum: "64 TiB", example: "100 GiB" }).describe(
    "Volume for its copies. One sixteenth of it is the file system's own.",
  ),
  retired: retirementSection
    .optional()
    .describe(
      "Since when its copies are no longer kept here, and what becomes of them. Nobody reaches them any more.",
    ),
});

const kitSection = section({
  holders: list(line({ example: "Ville de Bron, direction générale" }), {
    minimum: 3,
    maximum: 20,
    noun: "holders",
  }).describe(
    "Holders of one share each: offices, not persons, because this file keeps its history. None is at the site that the kit is for.",
  ),
  needed: count({ minimum: 2, maximum: 19, example: 3 }).describe(
    "Number of shares that open the commune together; at least one fewer than there are holders, because a sheet of paper can get lost.",
  ),
  tried: date()
    .optional()
    .describe(
      "Day on which enough sheets were last typed in and verified: `npx commune recovery kit verify`. To be repeated every year.",
    ),
});

/** The `recovery:` section: where a commune's copies are kept, and whose copies it keeps. Both sides declare it. */
export const recoverySection = section({
  rpo: duration({ minimum: "1 minute", maximum: "1 day", example: "5 minutes" })
    .optional()
    .describe(
      "Longest span of database changes that may be lost with the site: the log is shipped to the first of `vaults` three times within it, at most every 20 seconds. 5 minutes when absent.",
    ),
  vaults: list(communeId(), { maximum: 20, noun: "members" })
    .prefault([])
    .describe(
      "Members of the metropolis (stacks/federation.yaml) that keep this commune's encrypted copies, each of which declares it under `host`, and names of `buckets`. They hold the restore points of its services and of its associations' applications. Restore points are written to the first one that answers and copied to the others.",
    ),
  buckets: named(
    identifier({ noun: "the name of a bucket", title: "name of a bucket here", example: "coffre" }),
    bucketSection,
    "buckets",
  )
    .optional()
    .describe(
      "This commune's buckets at an S3 store that keeps versions and locks objects, by the names that `vaults` uses: vaults that need no neighbour.",
    ),
  filesEvery: choice(periods)
    .prefault("1 day")
    .describe(
      "Interval at which a restore point of each service, and of each application of an association, is taken automatically: its rows and its files.",
    ),
  keep: duration({ minimum: "1 day", maximum: "3660 days", example: "90 days" })
    .prefault("90 days")
    .describe(
      "Shortest time for which restore points are kept. Those of one quarter are deleted together, this long after its last day, once a later quarter has a complete point.",
    ),
  rehearsals: choice(["weekly", "none"])
    .prefault("weekly")
    .describe(
      "Whether each database server of this commune is brought back once a week from one of its vaults, up to the last change, and compared with itself. It takes a volume as large as the server's own for as long as it runs, which its node must have free; none for a node that has not.",
    ),
  kit: kitSection
    .optional()
    .describe("The seed on paper, in shares: who holds one, and how many are needed together."),
  host: named(communeId(), hostedSection, "members")
    .prefault({})
    .describe("Members whose encrypted copies this commune keeps: one vault each, on its own volume."),
});

export type RecoveryDeclaration = z.output<typeof recoverySection>;
