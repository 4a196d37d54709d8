import { beforeAll, describe, expect, test } from "vitest";
import { seedFingerprint } from "../../../components/foundation/seed/derive.ts";
import { bron, type Found, publishedBy, type Ran, run } from "./run.ts";

/** The seed that mocks draw, and two that are given. */
const [drawn, given, another] = [7, 5, 6].map((byte) => Buffer.alloc(32, byte).toString("base64"));
const of = (seed = "") => seedFingerprint(seed, bron);
const giving = (seed = ""): Found => ({ secrets: { seed } });

/** Resources of a commune that have reached the engine. */
const ofCommune = ({ registered }: Ran) =>
  registered.filter((name) => name.startsWith("kubernetes:") || name.startsWith("random:index/randomBytes:"));

let published: Record<"drawn" | "given", Record<string, unknown>>;
beforeAll(async () => {
  published = {
    drawn: (await publishedBy()).published,
    given: (await publishedBy(giving(given))).published,
  };
});

describe("after a complete update", () => {
  const going = (what: "drawn" | "given", more: Found = {}, without: string[] = []): Promise<Ran> => {
    const known = Object.fromEntries(
      Object.entries(published[what]).filter(([key]) => !without.includes(key)),
    );
    return run({ published: { bron: { published: known } }, ...more });
  };
  const lastUpdate = ["pulumi:pulumi:StackReference last-update"];

  test.each<[string, () => Promise<Ran>, string]>([
    [
      "a drawn seed is not replaced by a given one",
      () => going("drawn", giving(another)),
      `stacks/bron/commune.yaml:1:5 id: commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. This stack drew it; take the setting away, and the one that it drew, which its state still holds, is used: pulumi config rm commune:seed -s bron. One secret is rotated by raising its version (docs/seed.md).

1 problem. Nothing was changed.`,
    ],
    [
      "a given seed does not vanish",
      () => going("given"),
      `stacks/bron/commune.yaml:1:5 id: this commune was started with a given seed, and commune:seed is not set: another one would be drawn, every password and encryption key would change, and encrypted data would be lost. Do not go on without it; give that one again (fingerprint 439bcb983b587d85): pulumi config set --secret commune:seed -s bron. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron.

1 problem. Nothing was changed.`,
    ],
    [
      "a given seed is not replaced by another",
      () => going("given", giving(another)),
      `stacks/bron/commune.yaml:1:5 id: commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. It was given, and removing the setting would draw another one; give that one again (fingerprint 439bcb983b587d85): pulumi config set --secret commune:seed -s bron. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron. One secret is rotated by raising its version (docs/seed.md).

1 problem. Nothing was changed.`,
    ],
    [
      "a seed of which an old stack does not say where it came from is not replaced",
      () => going("given", giving(another), ["seedFrom"]),
      `stacks/bron/commune.yaml:1:5 id: commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. If commune:seed was set at an earlier update, give that one again (fingerprint 439bcb983b587d85): pulumi config set --secret commune:seed -s bron. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron. If it never was, take the setting away, and the one that it drew, which its state still holds, is used: pulumi config rm commune:seed -s bron. One secret is rotated by raising its version (docs/seed.md).

1 problem. Nothing was changed.`,
    ],
    [
      "nor where the stack says to ignore what it published",
      () => going("drawn", { ...giving(another), settings: { published: "ignored" } }, ["volumes"]),
      `stacks/bron/commune.yaml:1:5 id: commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. This stack drew it; take the setting away, and the one that it drew, which its state still holds, is used: pulumi config rm commune:seed -s bron. One secret is rotated by raising its version (docs/seed.md).

1 problem. Nothing was changed.`,
    ],
  ])("%s", async (_, running, sentence) => {
    const { refusal, read, registered } = await running();
    expect({ refusal, read, registered }).toEqual({ refusal: sentence, read: lastUpdate, registered: [] });
    expect(refusal).not.toContain(another);
  });

  test("a drawn seed is not drawn again", async () => {
    const ran = await run({ published: { bron: { published: { ...published.drawn, seed: of(another) } } } });
    expect(ran.refusal).toBe(
      "The seed that this stack holds is not the one that this commune was started with (fingerprint 9c701d3df4210153): every password and encryption key would change. Give that one again: pulumi config set --secret commune:seed -s bron. Settings of earlier updates are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron (docs/seed.md). Nothing of the commune was changed.",
    );
    expect(ofCommune(ran)).toEqual(["random:index/randomBytes:RandomBytes bron-seed"]);
  });

  test("the same seeds go on: the drawn one also where it is given as well", async () => {
    for (const [ran, seed, seedFrom] of [
      [await going("drawn"), drawn, "drawn"],
      [await going("drawn", giving(drawn)), drawn, "drawn"],
      [await going("given", giving(given)), given, "given"],
      [await going("given", giving(given), ["seedFrom"]), given, "given"],
    ] as const) {
      expect(ran.refusal).toBeUndefined();
      expect(ran.outputs?.published).toMatchObject({ seed: of(seed), seedFrom });
    }
  });
});

describe("before the first complete update, by what the state keeps of its first step", () => {
  test.each<[string, Found, string]>([
    [
      "a drawn seed is not replaced by a given one",
      { firstSeed: { from: "drawn" }, ...giving(another) },
      `commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. This stack drew it; take the setting away, and the one that it drew, which its state still holds, is used: pulumi config rm commune:seed -s bron. One secret is rotated by raising its version (docs/seed.md). No update of this stack was complete yet: if nobody uses any of it, it can start again with another seed (docs/seed.md).
Nothing of the commune was changed.`,
    ],
    [
      "a given seed does not vanish",
      { firstSeed: { from: "given", seed: of(given) } },
      `this commune was started with a given seed, and commune:seed is not set: another one would be drawn, every password and encryption key would change, and encrypted data would be lost. Do not go on without it; give that one again (fingerprint 439bcb983b587d85): pulumi config set --secret commune:seed -s bron. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron. No update of this stack was complete yet: if nobody uses any of it, it can start again with another seed (docs/seed.md).
Nothing of the commune was changed.`,
    ],
    [
      "a given seed is not replaced by another",
      { firstSeed: { from: "given", seed: of(given) }, ...giving(another) },
      `commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. It was given, and removing the setting would draw another one; give that one again (fingerprint 439bcb983b587d85): pulumi config set --secret commune:seed -s bron. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron. One secret is rotated by raising its version (docs/seed.md). No update of this stack was complete yet: if nobody uses any of it, it can start again with another seed (docs/seed.md).
Nothing of the commune was changed.`,
    ],
  ])("%s", async (_, found, sentence) => {
    const ran = await run(found);
    expect(ran.refusal).toBe(sentence);
    expect(ran.refusal).not.toContain(another);
    expect(ofCommune(ran)).toEqual([]);
  });

  test("a given seed that an old stack does not know to be one does not vanish either", async () => {
    const { seedFrom: _, ...known } = published.given;
    const ran = await run({
      published: { bron: { published: known } },
      firstSeed: { from: "given", seed: of(given) },
    });
    expect(
      ran.refusal,
    ).toBe(`this commune was started with a given seed, and commune:seed is not set: another one would be drawn, every password and encryption key would change, and encrypted data would be lost. Do not go on without it; give that one again (fingerprint 439bcb983b587d85): pulumi config set --secret commune:seed -s bron. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s bron.
Nothing of the commune was changed.`);
    expect(ofCommune(ran)).toEqual([]);
  });

  test("the same seeds go on", async () => {
    for (const found of [
      { firstSeed: { from: "drawn" } },
      { firstSeed: { from: "given", seed: of(given) }, ...giving(given) },
    ]) {
      const ran = await run(found);
      expect(ran.refusal).toBeUndefined();
      expect(ofCommune(ran).length).toBeGreaterThan(20);
    }
  });
});
