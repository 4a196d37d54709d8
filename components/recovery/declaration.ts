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
    .describe("Its copies are kept here no more: nobody reaches them, and what becomes of them."),
});

const kitSection = section({
  holders: list(line({ example: "Ville de Bron, direction générale" }), {
    minimum: 3,
    maximum: 20,
    noun: "holders",
  }).describe(
    "Who is given a share each: offices and not persons, since what is written here stays in the history. None of them at the site that it is for.",
  ),
  needed: count({ minimum: 2, maximum: 19, example: 3 }).describe(
    "How many shares are needed together; at least one fewer than there are, because one sheet of paper may be lost.",
  ),
  tried: date()
    .optional()
    .describe(
      "Day on which so many sheets were last typed in and fitted: `npx commune recovery kit verify`. Every year again.",
    ),
});

/** The `recovery:` section: where a commune's copies are and for whose it has room, which both sides declare. */
export const recoverySection = section({
  rpo: duration({ minimum: "1 minute", maximum: "1 day", example: "5 minutes" })
    .optional()
    .describe(
      "How much of the databases may be lost at most when the site is lost: their log goes to the first of `vaults` three times in this time, at most every 20 seconds. 5 minutes when absent.",
    ),
  vaults: list(communeId(), { maximum: 20, noun: "members" })
    .prefault([])
    .describe(
      "Members of the metropolis (stacks/federation.yaml) at which this commune has room for encrypted copies, each of which declares it under `host`, and names of `buckets`. The restore points of its services and of its associations' applications lie there; the first one is written to, and the others are copied to.",
    ),
  buckets: named(
    identifier({ noun: "the name of a bucket", title: "name of a bucket here", example: "coffre" }),
    bucketSection,
    "buckets",
  )
    .optional()
    .describe(
      "Buckets of this commune's at an S3 store that keeps versions and locks objects, by the name that `vaults` has: vaults without a neighbour.",
    ),
  filesEvery: choice(periods)
    .prefault("1 day")
    .describe(
      "How often a restore point of each service, and of each application of an association, is taken by itself: its rows and its files.",
    ),
  keep: duration({ minimum: "1 day", maximum: "3660 days", example: "90 days" })
    .prefault("90 days")
    .describe(
      "How long restore points are kept at least. Those of a quarter go together, this long after its last day, when a later one has a complete point.",
    ),
  kit: kitSection
    .optional()
    .describe("The seed on paper, in shares: who has one, and how many of them are needed together."),
  host: named(communeId(), hostedSection, "members")
    .prefault({})
    .describe(
      "Members for whose encrypted copies this commune has room: a vault each, on a volume of its own.",
    ),
});

export type RecoveryDeclaration = z.output<typeof recoverySection>;
