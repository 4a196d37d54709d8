import type * as z from "zod";
import { count } from "../declaration/count.ts";
import { date } from "../declaration/date.ts";
import { line } from "../declaration/line.ts";
import { list } from "../declaration/list.ts";
import { named, section } from "../declaration/section.ts";
import { webPage } from "../declaration/web-page.ts";
import { Refusal, written } from "../declaration/written.ts";

const name = /^[a-z][A-Za-z0-9]*$/;
const numbers = /^\d+(\.\d+)*$/;
const repository = /^[a-z0-9.:-]+\/[a-z0-9._/-]+$/;

const matching = (noun: string, example: string, pattern: RegExp, reason: string) =>
  written<string>({
    ...{ title: noun, noun, example, pattern },
    maximumLength: 100,
    read: (text) => (pattern.test(text) ? text : new Refusal(reason)),
  });

const version = () => matching("a version", "33.0.8", numbers, "is not numbers with dots between");

const notice = section({
  id: line({ maximumLength: 60, example: "CVE-2025-49844", noun: "an identifier" }).describe(
    "CVE or GHSA; the release that fixes it, if it has no other identifier.",
  ),
  since: version().optional().describe("First version that has the fault, if that is known."),
  fixed: list(version(), { noun: "versions" }).describe(
    "First version of each series that has the fix; none if there is no fix yet.",
  ),
  about: line({ maximumLength: 120, example: "Use after free in Lua", noun: "a sentence" }).describe(
    "What can happen.",
  ),
  from: webPage().describe("Who says so."),
});

const upstreamSection = section({
  repositories: list(
    matching("the repository of an image", "docker.io/library/postgres", repository, "is no repository"),
    { minimum: 1, noun: "repositories of images" },
  ).describe("Images that run it, without their tags."),
  parts: count({ minimum: 1, maximum: 2, example: 1 }).describe(
    "How many numbers of a version name its series: 1 for Nextcloud 33, 2 for Valkey 8.1.",
  ),
  read: date().optional().describe("Day of what stands here; absent if upstream was never read."),
  from: webPage().describe("Where it was read."),
  feeds: section({
    cycles: webPage().optional().describe("Its product at endoflife.date, API version 1."),
    releases: webPage().optional().describe("Atom feed of its releases or tags."),
    notices: section({
      repository: webPage().describe("Its git repository, as OSV names it."),
      tag: line({ maximumLength: 40, example: "v%", noun: "a tag" }).describe(
        "Its tag of a version, with % for the version.",
      ),
    })
      .optional()
      .describe("How OSV is asked for notices."),
  }).describe("Where to ask for what is newer; no account is needed."),
  newest: named(
    version(),
    section({ version: version(), of: date().describe("Day of its release.") }),
    "series of versions",
  )
    .default({})
    .describe("The newest version of each series."),
  notices: list(notice, { noun: "notices" }).default([]).describe("Notices of security."),
});

/** `upstream.yaml`. */
export const upstreamSchema = section({
  software: named(
    matching("a name", "valkey", name, "may only have letters and digits, a small letter first"),
    upstreamSection,
    "software",
  ),
});

/** A fault that upstream announced, and the versions that fix it. */
export type Notice = z.output<typeof notice>;

/** Upstream's statements about one piece of software. */
export interface Upstream extends z.output<typeof upstreamSection> {
  /** Last day of each series as a feed told it; the catalogue's `support:` if a series is absent. ISO 8601. */
  until?: Readonly<Record<string, string>>;
}
