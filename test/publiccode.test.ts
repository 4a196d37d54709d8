import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { expect, it } from "vitest";
import * as z from "zod";
import { checkout } from "../local/paths.ts";
import manifest from "../package.json" with { type: "json" };

/** The part of the standard that this project uses (https://yml.publiccode.tools/schema.core.html). */
const publiccode = z.strictObject({
  publiccodeYmlVersion: z.literal("0"),
  name: z.string(),
  url: z.url(),
  softwareVersion: z.literal(manifest.version),
  platforms: z.array(z.string()).min(1),
  categories: z.array(z.string()).min(1),
  developmentStatus: z.enum(["concept", "development", "beta", "stable", "obsolete"]),
  softwareType: z.enum(["standalone/backend", "standalone/other", "configurationFiles"]),
  intendedAudience: z.strictObject({ scope: z.array(z.string()) }),
  description: z.record(
    z.enum(["fr", "en"]),
    z.strictObject({
      localisedName: z.string(),
      shortDescription: z.string().max(150),
      longDescription: z.string().min(150).max(10_000),
      features: z.array(z.string().max(100)).min(1),
    }),
  ),
  legal: z.strictObject({ license: z.literal(manifest.license) }),
  maintenance: z.strictObject({ type: z.literal("none") }),
  localisation: z.strictObject({
    localisationReady: z.boolean(),
    availableLanguages: z.array(z.string()).min(1),
  }),
  dependsOn: z.strictObject({
    open: z.array(z.strictObject({ name: z.string(), versionMin: z.string().optional() })),
  }),
});

it("publiccode.yml keeps to the standard, and agrees with package.json and LICENSE", () => {
  const described = publiccode.parse(yaml.load(readFileSync(join(checkout, "publiccode.yml"), "utf8")));
  expect(Object.keys(described.description)[0]).toBe("fr");
  expect(readFileSync(join(checkout, "LICENSE"), "utf8")).toMatch(
    /^EUROPEAN UNION PUBLIC LICENCE v\. 1\.2\n/,
  );
});
