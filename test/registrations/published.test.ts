import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { lastUpdate } from "../../components/commune/last-update.ts";
import { record } from "./recorder.ts";

const known = { services: {}, volumes: {}, postgresql: {}, seed: "00ff" };

/** Returns what a program gets of what its stack published, or the words with which it stops. */
async function read(published: object, settings: Record<string, string> = {}): Promise<unknown> {
  let found: unknown;
  pulumi.runtime.setAllConfig(settings);
  try {
    await record(
      "bron",
      async () => {
        found = await lastUpdate().catch(({ message }: Error) => message);
      },
      { bron: published },
    );
  } finally {
    pulumi.runtime.setAllConfig({});
  }
  return found;
}

test("a stack's own last words are read, and there are none before its first update", async () => {
  const { seed } = known;
  const published = { ...known, serverPods: {}, names: {}, retired: {}, tenants: {} };
  expect(await read({ published: known })).toEqual({ identity: { seed }, published });
  expect(await read({})).toEqual({ identity: {}, published: undefined });
});

test("last words of another form stop the program, unless the stack says to ignore them", async () => {
  const other = { published: { ...known, services: "another form" } };
  expect(await read(other)).toMatch(/cannot be read by this version/);
});

test("ignored or not, whose stack it is is read: each fact by itself", async () => {
  const ignored = { "commune:published": "ignored" };
  const whose = { seed: "00ff", seedFrom: "given", cluster: "8d6f" };
  const ignoring = (published: unknown) => read({ published } as object, ignored);
  expect(await ignoring({ ...known, ...whose, services: "another form" })).toEqual({
    identity: whose,
    published: undefined,
  });
  expect(await ignoring({ ...whose, seedFrom: "another form" })).toEqual({
    identity: { seed: "00ff", cluster: "8d6f" },
    published: undefined,
  });
  expect(await ignoring("another form")).toEqual({ identity: {}, published: undefined });
});
