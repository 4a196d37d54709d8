import type * as z from "zod";
import { count } from "../declaration/count.ts";
import { date } from "../declaration/date.ts";
import { line } from "../declaration/line.ts";
import { list } from "../declaration/list.ts";
import { named, section } from "../declaration/section.ts";
import { webPage } from "../declaration/web-page.ts";
import { Refusal, written } from "../declaration/written.ts";
import { upstreamReference } from "./upstream-reference.ts";

const name = (example: string) => line({ maximumLength: 80, example, noun: "a name" });

const spdx = /^[A-Za-z0-9][A-Za-z0-9.+-]*$/;
const country = /^[A-Z]{2}$/;
const series = /^\d+(\.\d+){0,2}$/;

const matching = (title: string, noun: string, example: string, pattern: RegExp, reason: string) =>
  written<string>({
    title,
    noun,
    example,
    pattern,
    maximumLength: 60,
    read: (text) => (pattern.test(text) ? text : new Refusal(reason)),
  });

const countryField = matching(
  "country",
  "a country of ISO 3166-1",
  "FR",
  country,
  "is not two capital letters",
)
  .optional()
  .describe("Where it has its seat, where that could be shown.");

const publisher = section({
  name: name("Framasoft").describe("Who publishes it."),
  country: countryField,
  from: webPage().describe("Where that is read."),
});

const registers = section({
  sill: count({ minimum: 1, maximum: 100_000, example: 93 })
    .optional()
    .describe("Its number in the SILL, the State's list of free software."),
  comptoir: count({ minimum: 1, maximum: 100_000, example: 117 })
    .optional()
    .describe("Its number in the Comptoir du Libre, the list of local authorities."),
  read: date().describe("Day on which they were read."),
  from: webPage().describe("Where they were read."),
});

const support = section({
  until: named(
    matching("series", "a series of versions", "33", series, "is no series of versions"),
    date(),
    "series of versions",
  ).describe("The last day on which its authors fix each series, by how its versions begin."),
  from: webPage().describe("Who says so."),
});

/** One image of the catalogue: what is absent is not known. */
export const softwareSection = section({
  name: name("PostgreSQL").describe("What people call it."),
  image: upstreamReference().describe(
    "Upstream reference; which build of it runs is locked beside the declarations.",
  ),
  licence: matching(
    "SPDX identifier",
    "an SPDX identifier",
    "AGPL-3.0-or-later",
    spdx,
    "is no SPDX identifier",
  ),
  source: webPage().describe("Where its source is."),
  publisher: publisher.optional(),
  providers: list(section({ name: name("Dalibo"), country: countryField, from: webPage() }), {
    noun: "providers",
  })
    .default([])
    .describe("Companies and associations that support or host it for others, as a page says."),
  fewProviders: line({ maximumLength: 160, example: "a part of what runs a service", noun: "a reason" })
    .optional()
    .describe("Why fewer than two of them are named, where that is no fault."),
  registers: registers.optional(),
  notRegistered: line({ maximumLength: 160, example: "not in the SILL of 2020", noun: "a reason" })
    .optional()
    .describe("Why it has no number in those lists, where it has none."),
  support: support.optional(),
}).check(({ value: { registers: numbers, notRegistered }, issues, value }) => {
  if (numbers !== undefined && notRegistered !== undefined)
    issues.push({
      code: "custom",
      input: value,
      path: ["notRegistered"],
      message: "contradicts the numbers in registers. Keep one of the two.",
    });
  if (numbers !== undefined && numbers.sill === undefined && numbers.comptoir === undefined)
    issues.push({
      code: "custom",
      input: value,
      path: ["registers"],
      message: "has no number. Write sill, comptoir or both, or notRegistered with the reason.",
    });
});

/** `catalogue.yaml`. */
export const catalogueSchema = section({
  software: named(
    matching(
      "name in the code",
      "a name as the code has it",
      "postgresql",
      /^[a-z][A-Za-z0-9]*$/,
      "may only have letters and digits, a small letter first",
    ),
    softwareSection,
    "software",
  ).superRefine((all, context) => {
    const seen = new Map<string, string>();
    for (const [key, { image: reference }] of Object.entries(all)) {
      const other = seen.get(reference);
      if (other !== undefined)
        context.addIssue({
          code: "custom",
          path: [key, "image"],
          message: `"${reference}" stands at ${other} already. Remove one of the two.`,
        });
      seen.set(reference, key);
    }
  }),
});

export type CataloguedSoftware = z.output<typeof softwareSection>;
