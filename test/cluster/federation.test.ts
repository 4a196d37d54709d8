import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LinkedService } from "../../components/federation/descriptor.ts";
import { publicKeyOf } from "../../components/federation/proof.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { Citizen } from "./federation/citizen.ts";
import { Metropolis } from "./federation/metropolis.ts";

// What this does not prove: that the real applications do what their doubles do. The doubles speak the same
// endpoints over real TLS, with real ActivityPub signatures between them, and keep their rows in a real database.

const members = [
  { id: "bron", insee: "69029", domain: "bron.test" },
  { id: "givors", insee: "69091", domain: "givors.test" },
];
const cluster = openCluster(inject("cluster"));
let metropolis: Metropolis;
let citizen: Citizen;

const all = { documents: "accepted", microblog: "accepted", video: "accepted" };

/** Waits until a link is in these states, and says how long it took, in seconds. */
async function reach(
  id: string,
  peer: string,
  states: Partial<Record<LinkedService, string>>,
  seconds = 420,
): Promise<number> {
  const started = Date.now();
  await expect
    .poll(() => metropolis.states(id, peer), { timeout: seconds * 1000, interval: 2000 })
    .toEqual(states);
  return (Date.now() - started) / 1000;
}

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  citizen = new Citizen(cluster, metropolis);
  for (const { id } of members) {
    metropolis.declare(id, { with: "all" });
    await metropolis.createStack(id);
  }
});

afterAll(async () => {
  await citizen?.close();
  await Promise.all(
    members.map(({ id }) => metropolis.project.succeed("destroy", "-s", id, "--yes", "--skip-preview")),
  );
  metropolis?.remove();
});

describe("two communes that declare each other", () => {
  test("the first one comes up while the other is not there, and says so", async () => {
    await metropolis.project.up("bron");
    await expect
      .poll(async () => (await metropolis.status("bron").catch(() => undefined))?.givors?.silent?.why, {
        timeout: 60_000,
      })
      .toMatch(/answered 404|refuses|not known/);
    expect(await metropolis.states("bron", "givors")).toEqual({
      documents: "pending",
      microblog: "pending",
      video: "pending",
    });
  });

  test("all three services are linked, in both directions, without a step by hand", async () => {
    await metropolis.project.up("givors");
    const [one, other] = await Promise.all([reach("bron", "givors", all), reach("givors", "bron", all)]);
    console.log(
      `Linked after ${Math.round(one)} s and ${Math.round(other)} s from the end of the second up.`,
    );
  });

  test("a file shared by one is read by the other", async () => {
    await citizen.writesFile("bron", "Délibération.txt", "Vu le code général des collectivités");
    await citizen.sharesFile("bron", "Délibération.txt", "admin@cloud.givors.test");
    expect(await citizen.readsFile("givors", "Délibération.txt")).toBe(
      "Vu le code général des collectivités",
    );
  });

  test("a post of one arrives on the other's server", async () => {
    const text = await citizen.posts("bron", "Marché ouvert samedi");
    await expect.poll(() => citizen.homeTimeline("givors"), { timeout: 60_000 }).toContain(text);
  });

  test("a video of one is listed by the other", async () => {
    await citizen.uploadsVideo("bron", "Conseil municipal");
    await expect.poll(() => citizen.videos("givors"), { timeout: 60_000 }).toContain("Conseil municipal");
  });
});

describe("a link that one side takes out", () => {
  test("is gone on both within a period, and is open again when it is declared again", async () => {
    metropolis.declare("givors", { with: "all", except: ["bron"] });
    const changes = await metropolis.project.up("givors");
    expect(changes).toEqual({ deleted: 2, unchanged: expect.any(Number) });
    await expect.poll(() => citizen.trust("bron"), { timeout: 150_000 }).toEqual([]);
    await expect.poll(() => citizen.trust("givors"), { timeout: 60_000 }).toEqual([]);
    const waiting = { documents: "waiting", microblog: "waiting", video: "waiting" };
    await reach("bron", "givors", waiting, 120);
    expect((await metropolis.status("bron")).givors?.services.video?.why).toBe(
      "givors does not declare bron",
    );
    await expect.poll(() => metropolis.status("givors"), { timeout: 60_000 }).toEqual({});

    metropolis.declare("givors", { with: "all" });
    await metropolis.project.up("givors");
    await Promise.all([reach("bron", "givors", all), reach("givors", "bron", all)]);
  });
});

test("whoever answers for a peer with another key than the peer's is refused, and nothing stays open with it", async () => {
  // To one who knows another key, the peer is an impostor.
  metropolis.know({ givors: publicKeyOf(Buffer.alloc(32, 1)) });
  await metropolis.project.up("bron");
  await reach("bron", "givors", { documents: "refused", microblog: "refused", video: "refused" }, 120);
  expect((await metropolis.status("bron")).givors?.services.video?.why).toContain("has another key");
  const left = await citizen.trust("bron");
  expect(left.filter((line) => !line.includes("followed"))).toEqual([]);
});

test("the reconciler is small, and idle when nothing changes", async () => {
  const { memoryMiB, cpuSeconds } = await citizen.reconcilerUse("bron", 60);
  console.log(`Reconciler: ${memoryMiB} MiB, ${cpuSeconds} s of CPU in a minute.`);
  expect(memoryMiB).toBeLessThan(64);
});
