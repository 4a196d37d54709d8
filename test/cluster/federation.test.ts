import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import type { LinkedKind } from "../../components/services/list.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { Citizen, openLinks } from "./federation/citizen.ts";
import { Metropolis } from "./federation/metropolis.ts";
import { Relay } from "./federation/relay.ts";

// What this does not prove: that the real applications do what their doubles do. The doubles speak the same
// endpoints over real TLS, with real ActivityPub signatures between them, and keep their rows in a real database.

const members = [
  { id: "bron", insee: "69029", domain: "bron.test" },
  { id: "givors", insee: "69091", domain: "givors.test" },
  { id: "oullins", insee: "69149", domain: "oullins.test" },
];
const cluster = openCluster(inject("cluster"));
const relay = new Relay(cluster, "relais.test");
let metropolis: Metropolis;
let citizen: Citizen;

const all = { documents: "accepted", microblog: "accepted", video: "accepted" };
const none = { documents: "pending", microblog: "pending", video: "pending" };

/** Waits until a link is in these states, and says how long it took, in seconds. */
async function reach(
  id: string,
  peer: string,
  states: Partial<Record<LinkedKind, string>>,
  seconds = 420,
): Promise<number> {
  const started = Date.now();
  await expect
    .poll(() => metropolis.states(id, peer), { timeout: seconds * 1000, interval: 2000 })
    .toEqual(states);
  return Math.round((Date.now() - started) / 1000);
}

/** Waits until both sides of a link show everything as open, and says how long it took, in seconds. */
async function linked(one: string, other: string): Promise<number> {
  return Math.max(...(await Promise.all([reach(one, other, all), reach(other, one, all)])));
}

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  citizen = new Citizen(cluster, metropolis);
  await relay.start();
  for (const { id } of members) {
    metropolis.declare(id, { with: "all" });
    await metropolis.createStack(id);
  }
});

afterAll(async () => {
  await citizen?.close();
  await metropolis.project.end(...members.map(({ id }) => id));
  await relay.remove();
});

describe("two communes that declare each other", () => {
  test("the first one comes up while the other is not there, and says so", async () => {
    metropolis.know({}, ["bron", "givors"]);
    metropolis.declare("bron", { with: "all", redundancy: "1 GiB", relays: [relay.inbox] });
    await metropolis.project.up("bron");
    await expect
      .poll(async () => (await metropolis.status("bron").catch(() => undefined))?.givors?.silent?.why, {
        timeout: 60_000,
      })
      .toMatch(/answered 404|refuses|not known/);
    expect(await metropolis.states("bron", "givors")).toEqual(none);
  });

  test("all three services are linked, in both directions, without a step by hand", async () => {
    await metropolis.project.up("givors");
    console.log(`Two communes: linked ${await linked("bron", "givors")} s after the end of the second up.`);
    expect(await citizen.trust("bron")).toEqual(openLinks(["givors"]));
    expect(await citizen.trust("givors")).toEqual(openLinks(["bron"]));
  });

  test("a file shared by one is read by the other", async () => {
    await citizen.writesFile("bron", "Délibération.txt", "Vu le code général des collectivités");
    await citizen.sharesFile("bron", "Délibération.txt", "admin@cloud.givors.test");
    expect(await citizen.readsFile("givors", "Délibération.txt")).toBe(
      "Vu le code général des collectivités",
    );
  });

  test("a post of one arrives on the other's server, and at the relay that the one declares", async () => {
    const text = await citizen.posts("bron", "Marché ouvert samedi");
    await expect.poll(() => citizen.homeTimeline("givors"), { timeout: 60_000 }).toContain(text);
    await expect
      .poll(() => relay.said(), { timeout: 60_000 })
      .toEqual(
        expect.arrayContaining([
          "received Follow https://social.bron.test/actor",
          expect.stringMatching(/^Accept https:\/\/social\.bron\.test\/inbox 202$/),
          expect.stringMatching(/^received Create https:\/\/social\.bron\.test\//),
        ]),
      );
  });

  test("a video of one is listed by the other, and copied by the one that declares copies", async () => {
    await citizen.uploadsVideo("bron", "Conseil municipal");
    await expect.poll(() => citizen.videos("givors"), { timeout: 60_000 }).toContain("Conseil municipal");
    await expect.poll(() => citizen.copies("bron"), { timeout: 90_000 }).toEqual(["video.givors.test"]);
    expect(await citizen.copies("givors")).toEqual([]);
  });
});

describe("a third commune", () => {
  test("comes up while one of the others is down, is one link more for each, and is linked with the one that answers", async () => {
    await metropolis.outage("givors", "on");
    metropolis.know({});
    await metropolis.project.up("oullins");
    // A link is a component and its ConfigMap.
    expect(await metropolis.project.up("bron")).toEqual({ created: 2, unchanged: expect.any(Number) });
    console.log(`A third commune: linked ${await linked("oullins", "bron")} s after the last up.`);
    expect((await metropolis.status("oullins")).givors?.silent?.why).toMatch(/answered|refuses/);
    expect(await metropolis.states("oullins", "givors")).toEqual(none);
    expect(await metropolis.states("bron", "givors")).toEqual(all);
  });

  test("is linked with the other one when it returns", async () => {
    await metropolis.outage("givors", "off");
    expect(await metropolis.project.up("givors")).toEqual({ created: 2, unchanged: expect.any(Number) });
    console.log(`After an outage: linked ${await linked("oullins", "givors")} s after the last up.`);
    expect(await citizen.trust("oullins")).toEqual(openLinks(["bron", "givors"]));
    expect(await citizen.trust("bron")).toEqual(openLinks(["givors", "oullins"]));
  });
});

describe("a link that one side takes out", () => {
  test("is gone on both within a period, and is open again when it is declared again", async () => {
    metropolis.declare("givors", { with: "all", except: ["bron"] });
    expect(await metropolis.project.up("givors")).toEqual({ deleted: 2, unchanged: expect.any(Number) });
    const started = Date.now();
    await expect.poll(() => citizen.trust("bron"), { timeout: 150_000 }).toEqual(openLinks(["oullins"]));
    await expect.poll(() => citizen.trust("givors"), { timeout: 60_000 }).toEqual(openLinks(["oullins"]));
    console.log(`Taken out: gone on both sides after ${Math.round((Date.now() - started) / 1000)} s.`);
    const waiting = { documents: "waiting", microblog: "waiting", video: "waiting" };
    await reach("bron", "givors", waiting, 120);
    const { givors } = await metropolis.status("bron");
    expect(givors?.services.video?.why).toBe("givors does not declare bron");
    await expect
      .poll(async () => Object.keys(await metropolis.status("givors")), { timeout: 60_000 })
      .toEqual(["oullins"]);

    metropolis.declare("givors", { with: "all" });
    await metropolis.project.up("givors");
    console.log(`Declared again: linked ${await linked("bron", "givors")} s after the up.`);
  });
});

test("relays and copies that are no longer declared are left", async () => {
  metropolis.declare("bron", { with: "all" });
  await metropolis.project.up("bron");
  await expect
    .poll(() => relay.said(), { timeout: 60_000 })
    .toContain("received Undo https://social.bron.test/actor");
  await expect.poll(() => citizen.copies("bron"), { timeout: 150_000 }).toEqual([]);
  expect(await citizen.trust("bron")).toEqual(openLinks(["givors", "oullins"]));
});

test("whoever answers for a peer with another key than the peer's is refused, and nothing stays open with it", async () => {
  // To one who knows another key, the peer is an impostor.
  metropolis.know({ givors: { publicKey: publicKeyOf(Buffer.alloc(32, 1)) } });
  await metropolis.project.up("bron");
  await reach("bron", "givors", { documents: "refused", microblog: "refused", video: "refused" }, 120);
  expect((await metropolis.status("bron")).givors?.services.video?.why).toContain("has another key");
  const left = await citizen.trust("bron");
  // The one that it takes for an impostor goes on following.
  expect(left.filter((line) => line.includes("givors") && !line.includes("is followed"))).toEqual([]);
});

test("the reconciler is small, and idle when nothing changes", async () => {
  const { memoryMiB, cpuSeconds } = await citizen.reconcilerUse("bron", 60);
  console.log(`Reconciler: ${memoryMiB} MiB, ${cpuSeconds} s of CPU in a minute.`);
  expect(memoryMiB).toBeLessThan(64);
});
