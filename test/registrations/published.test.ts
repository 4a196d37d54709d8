import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { lastPublished } from "../../components/site/config.ts";
import { record } from "./recorder.ts";

const known = { services: {}, volumes: {}, postgresql: {}, seed: "00ff" };

/** What a program gets of what its stack published, or the words with which it stops. */
async function read(published: object, settings: Record<string, string> = {}): Promise<unknown> {
  let found: unknown;
  pulumi.runtime.setAllConfig(settings);
  try {
    await record(
      "bron",
      async () => {
        found = await lastPublished().catch(({ message }: Error) => message);
      },
      { bron: published },
    );
  } finally {
    pulumi.runtime.setAllConfig({});
  }
  return found;
}

test("a stack's own last words are read, and there are none before its first update", async () => {
  expect(await read({ published: known })).toEqual({ ...known, names: {} });
  expect(await read({})).toBe(undefined);
});

test("last words of another form stop the program, unless the stack says to ignore them", async () => {
  const other = { published: { ...known, services: "another form" } };
  expect(await read(other)).toMatch(/cannot be read by this version/);
  expect(await read(other, { "commune:published": "ignored" })).toBe(undefined);
});
