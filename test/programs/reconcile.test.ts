import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { hostileDescriptors } from "../campaigns/descriptors.ts";
import { Killed, Metropolis } from "./metropolis.ts";

// What this does not prove: that the real applications behave as the double of a service here does. The local
// cluster does that for the applications' doubles (test/cluster/federation.test.ts).

const state = (world: Metropolis, from: string, to: string) => world.at(from).status?.[to]?.services.video;

describe("two communes", () => {
  test("that declare each other are linked after two runs each, and nothing is written when nothing changes", async () => {
    const world = new Metropolis(["bron", "lyon"]);
    world.declare("bron", "lyon");
    world.declare("lyon", "bron");
    await world.round();
    await world.round();
    await world.round();
    expect(world.open()).toEqual(world.due());
    expect(world.open()).toHaveLength(12);
    expect(state(world, "bron", "lyon")?.state).toBe("accepted");
    const before = JSON.stringify(world.at("bron").status);
    world.now = new Date(world.now.getTime() + 60_000);
    await world.at("bron").run();
    expect(JSON.stringify(world.at("bron").status)).toBe(before);
  });

  test("of which one alone declares have nothing open, and the one that does is told why", async () => {
    const world = new Metropolis(["bron", "lyon"]);
    world.declare("bron", "lyon");
    await world.round();
    await world.round();
    expect(world.open()).toEqual([]);
    expect(state(world, "bron", "lyon")).toMatchObject({
      state: "waiting",
      why: "lyon does not declare bron",
    });
    world.declare("lyon", "bron", ["documents"]);
    await world.round();
    await world.round();
    expect(world.open()).toEqual(world.due());
    expect(state(world, "bron", "lyon")?.why).toBe("lyon does not declare video with bron");
  });

  test("link when the one that was down returns, and an outage takes nothing away", async () => {
    const world = new Metropolis(["bron", "lyon"]);
    world.declare("bron", "lyon");
    world.declare("lyon", "bron");
    world.at("lyon").down = true;
    await world.round();
    expect(state(world, "bron", "lyon")).toMatchObject({
      state: "pending",
      why: "lyon gives no descriptor: refuses connections",
    });
    world.at("lyon").down = false;
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    expect(world.open()).toEqual(world.due());
    world.at("lyon").down = true;
    await world.round();
    expect(world.open()).toEqual(world.due());
    expect(state(world, "bron", "lyon")?.state).toBe("accepted");
  });

  test("of which one's own service does not answer keep their links, and it is known", async () => {
    const world = new Metropolis(["bron", "lyon"]);
    world.declare("bron", "lyon");
    world.declare("lyon", "bron");
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    expect(await world.at("bron").run()).toBe(true);
    for (const service of world.at("bron").services) service.isDown = service.kind === "video";
    expect(await world.at("bron").run()).toBe(false);
    expect(state(world, "bron", "lyon")).toMatchObject({
      state: "accepted",
      why: "our own service refuses connections",
    });
    expect(world.open()).toEqual(world.due());
  });

  test("are parted when one takes the link out, with no trace on either side, and linked again", async () => {
    const world = new Metropolis(["bron", "lyon"]);
    world.declare("bron", "lyon");
    world.declare("lyon", "bron");
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    world.undeclare("bron", "lyon");
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    expect(world.open()).toEqual([]);
    expect(world.at("bron").status).toEqual({});
    world.declare("bron", "lyon");
    for (let runs = 0; runs < 4; runs += 1) await world.round();
    expect(world.open()).toEqual(world.due());
    expect(world.open()).toHaveLength(12);
  });

  test("are parted from an impostor with another key, first seen or declared, until the true one returns", async () => {
    for (const declaredKey of [undefined, publicKeyOf(Buffer.alloc(32, 2))]) {
      const world = new Metropolis(["bron", "lyon"]);
      world.declare("bron", "lyon", undefined, declaredKey);
      world.declare("lyon", "bron");
      for (let runs = 0; runs < 3; runs += 1) await world.round();
      expect(world.open()).toHaveLength(12);
      const lyon = world.at("lyon");
      const [trueKey, falseKey] = [lyon.key, Buffer.alloc(32, 99)];
      lyon.key = falseKey;
      lyon.restart();
      await world.at("bron").run();
      await world.at("bron").run();
      expect(state(world, "bron", "lyon")).toMatchObject({
        state: "refused",
        why: `what answers at its domain has another key (${publicKeyOf(falseKey)})`,
      });
      expect(
        world.at("bron").services.every(({ following, followers }) => following.size + followers.size === 0),
      ).toBe(true);
      lyon.key = trueKey;
      lyon.restart();
      for (let runs = 0; runs < 4; runs += 1) await world.round();
      expect(world.open()).toEqual(world.due());
    }
  });
});

test("a peer whose clock is ahead keeps its links, and it is known why", async () => {
  const world = new Metropolis(["bron", "lyon"]);
  world.declare("bron", "lyon");
  world.declare("lyon", "bron");
  for (let runs = 0; runs < 3; runs += 1) await world.round();
  world.at("lyon").ahead = 11;
  world.at("lyon").restart();
  await world.at("bron").run();
  await world.at("bron").run();
  expect(world.open()).toEqual(world.due());
  expect(state(world, "bron", "lyon")).toMatchObject({
    state: "accepted",
    why: expect.stringContaining("one of the clocks is wrong"),
  });
});

test("links made by hand stay as they are", async () => {
  const world = new Metropolis(["bron", "lyon"]);
  const [service] = world.at("bron").services;
  service?.following.set("video.elsewhere.test", "accepted");
  await world.round();
  expect(service?.following.get("video.elsewhere.test")).toBe("accepted");
});

/** One thing that happens in a metropolis. */
const event = fc.oneof(
  fc.record({ is: fc.constant("declare" as const), from: fc.nat(3), to: fc.nat(3), only: fc.boolean() }),
  fc.record({ is: fc.constant("undeclare" as const), from: fc.nat(3), to: fc.nat(3) }),
  fc.record({ is: fc.constant("down" as const), at: fc.nat(3), down: fc.boolean() }),
  fc.record({ is: fc.constant("restart" as const), at: fc.nat(3) }),
  fc.record({ is: fc.constant("run" as const), at: fc.nat(3), killAfter: fc.option(fc.nat(12)) }),
);

test("whatever was declared, taken back, killed and down meanwhile: what is open becomes what is declared", async () => {
  const ids = ["bron", "givors", "lyon", "oullins"];
  const id = (index: number) => ids[index] ?? "";
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      const world = new Metropolis(ids);
      for (const one of events) {
        world.now = new Date(world.now.getTime() + 30_000);
        if (one.is === "declare" && one.from !== one.to) {
          world.declare(id(one.from), id(one.to), one.only ? ["video"] : undefined);
        }
        if (one.is === "undeclare") world.undeclare(id(one.from), id(one.to));
        if (one.is === "down") world.at(id(one.at)).down = one.down;
        if (one.is === "restart") world.at(id(one.at)).restart();
        if (one.is === "run" && !world.at(id(one.at)).down) {
          let left = one.killAfter ?? Number.POSITIVE_INFINITY;
          world.kill = () => left-- <= 0;
          await world
            .at(id(one.at))
            .run()
            .catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
              world.at(id(one.at)).restart();
            });
          world.kill = () => false;
        }
      }
      for (const commune of world.communes.values()) commune.down = false;
      for (let runs = 0; runs < 6; runs += 1) await world.round();
      expect(world.open()).toEqual(world.due());
    }),
    { numRuns: 40, seed: 5 },
  );
});

describe("a peer that names another's server", () => {
  /** Three linked communes; Bron and Lyon are Villeurbanne's peers. */
  async function linked(): Promise<Metropolis> {
    const world = new Metropolis(["villeurbanne", "bron", "lyon"]);
    for (const peer of ["bron", "lyon"]) {
      world.declare("villeurbanne", peer);
      world.declare(peer, "villeurbanne");
    }
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    return world;
  }
  const lyonsVideo = (truth: { services: { kind: string; url: string }[] }) => ({
    ...truth,
    services: truth.services.map((service) =>
      service.kind === "video" ? { ...service, url: "https://video.lyon.test" } : service,
    ),
  });

  test("is told so, keeps what it has, and closes nobody's link when it says the truth again", async () => {
    const world = await linked();
    const due = world.due();
    world.at("bron").lie = lyonsVideo;
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    expect(state(world, "villeurbanne", "bron")).toMatchObject({
      state: "accepted",
      target: "video.bron.test",
      why: expect.stringContaining('"https://video.lyon.test" (video.url)'),
    });
    expect(world.open()).toEqual(due);
    world.at("bron").lie = undefined;
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    expect(world.open()).toEqual(due);
  });

  test("with the leave of a list that both are on, gets nothing, and what is open stays", async () => {
    const world = await linked();
    for (const link of world.at("villeurbanne").links)
      if (link.peer === "bron") link.hosts = ["video.lyon.test"];
    world.at("bron").lie = lyonsVideo;
    for (let runs = 0; runs < 3; runs += 1) await world.round();
    for (const peer of ["bron", "lyon"]) {
      expect(state(world, "villeurbanne", peer)).toMatchObject({
        target: `video.${peer}.test`,
        why: "bron and lyon both name video.lyon.test",
      });
    }
    expect(world.open()).toEqual(world.due());
  });
});

const seed = Number(process.env.COMMUNE_SEED ?? Date.now() % 2 ** 31);

test(`a sample of \`npm run campaign descriptors\`: seed ${seed}`, () =>
  hostileDescriptors({ seed, count: 60 }));
