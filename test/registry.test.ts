import yaml from "js-yaml";
import { expect, test } from "vitest";
import * as z from "zod";
import manifest from "../package.json" with { type: "json" };
import { configuration } from "./registry/registry.ts";

const configured = z.object({
  uplinks: z.record(z.string(), z.object({ url: z.string() })),
  packages: z.record(z.string(), z.object({ publish: z.string().optional(), proxy: z.string().optional() })),
});

test("the tests' registry serves this toolkit's names itself, and all others from the one that is asked otherwise", () => {
  const { uplinks, packages } = configured.parse(yaml.load(configuration("/tmp/x", "https://npm.test/")));
  // Verdaccio takes the first pattern that fits.
  expect(Object.keys(packages)).toEqual([manifest.name, `@${manifest.name}/*`, "**"]);
  for (const own of [manifest.name, `@${manifest.name}/*`])
    expect(packages[own]).toEqual({ publish: "$authenticated" });
  expect(packages["**"]).toEqual({ proxy: "npm" });
  expect(uplinks.npm?.url).toBe("https://npm.test/");
});
