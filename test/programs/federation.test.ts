import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import {
  descriptorPagePath,
  descriptorPath,
  linkedServices,
  peerHeader,
} from "../../components/federation/descriptor.ts";
import { type FederatedPlans, planFederation } from "../../components/federation/plan.ts";
import { publicKeyOf, withProof } from "../../components/federation/proof.ts";
import type { LinkState, PeerStatus } from "../../components/federation/status.ts";
import { judge } from "../../components/federation/verdict.ts";
import { planSchools } from "../../components/schools/plan.ts";
import { siteOf, siteSchema } from "../../components/site/site.ts";
import { OwnDescriptor } from "../../programs/federation/own.ts";
import { nextWait } from "../../programs/federation/pace.ts";
import { Peers } from "../../programs/federation/peers.ts";
import { Questions } from "../../programs/federation/questions.ts";
import { ask } from "../../programs/federation/request.ts";
import { serve } from "../../programs/federation/server.ts";
import { Metropolis } from "./metropolis.ts";

describe("a descriptor", () => {
  const world = new Metropolis(["bron"]);
  const bron = world.at("bron");
  const sought = { peer: "bron", domain: "bron.test", key: publicKeyOf(bron.key) };
  const document = () => JSON.parse(bron.descriptor.text(world.now)) as { proof: object; services: object[] };
  const later = (hours: number) => new Date(world.now.getTime() + hours * 3_600_000);

  test("is its commune's for a day", () => {
    expect(judge(document(), sought, world.now).is).toBe("peer");
    expect(judge(document(), sought, later(25))).toMatchObject({ is: "nothing" });
    expect(judge(document(), sought, later(-1))).toMatchObject({ is: "nothing" });
  });

  const signed = (changes: object) => {
    const { proof: _, ...rest } = document();
    return withProof(
      { ...rest, ...changes },
      { key: bron.key, address: "https://bron.test", now: world.now },
    );
  };

  test("of a newer toolkit is read without the kinds of services that are not known here", () => {
    const services = [...document().services, { kind: "forge" }];
    const peers = [{ id: "lyon", domain: "lyon.test", services: ["forge", "video"] }];
    const found = judge(signed({ services, peers }), sought, world.now);
    expect(found.is === "peer" && found.descriptor).toMatchObject({
      services: linkedServices.map((kind) => ({ kind })),
      peers: [{ services: ["video"] }],
    });
  });

  test("that its commune signed and that cannot be read is no one else's", () => {
    expect(judge(signed({ version: 2 }), sought, world.now)).toMatchObject({
      is: "nothing",
      why: expect.stringContaining("cannot be read (version"),
    });
    expect(judge(signed({ version: 2, id: "lyon" }), sought, world.now)).toMatchObject({ is: "other" });
  });

  test.each([
    ["changed", { ...document(), contact: "voleur@example.org" }, "signature"],
    ["unsigned", { ...document(), proof: undefined }, "not signed"],
    ["no object", [1], "not signed"],
  ])("that is %s is nobody's", (_, changed, why) => {
    const found = judge(changed, sought, world.now);
    expect(found.is === "other" && found.why).toContain(why);
  });

  test("of another commune does not count, whoever shows it", () => {
    expect(judge(document(), { ...sought, peer: "lyon" }, world.now)).toMatchObject({ is: "other" });
    expect(judge(document(), { ...sought, domain: "lyon.test" }, world.now)).toMatchObject({ is: "other" });
  });
});

test("a descriptor tells of the public Wi-Fi and of what schools share, where they are declared", () => {
  const declaration = communeSchema.parse({
    id: "bron",
    name: "Bron",
    insee: "69029",
    domain: "bron.test",
    population: 42_000,
    contact: "numerique@bron.test",
    schools: { libraries: { metropole: { name: "Métropole", folder: "library" } } },
  });
  const site = siteOf(siteSchema.parse({}));
  const services = { nextcloud: undefined, mastodon: undefined, peertube: undefined };
  const described = (plans: Partial<FederatedPlans>) => {
    const { settings } = planFederation(declaration, { ...services, ...plans }, undefined);
    const now = new Date("2026-11-25T09:00:00Z");
    const document: unknown = JSON.parse(new OwnDescriptor(settings, Buffer.alloc(32, 1)).text(now));
    const found = judge(document, { peer: "bron", domain: "bron.test", key: undefined }, now);
    if (found.is !== "peer") throw new Error(found.why);
    const { hotspots, schools } = found.descriptor;
    return { hotspots, schools };
  };
  const hotspots = { host: "wifi.bron.test", points: ["one", "two"] };
  expect(described({ hotspots, schools: planSchools(declaration, site) })).toEqual({
    hotspots: { points: 2, url: "https://wifi.bron.test" },
    schools: {
      url: "https://ecoles.bron.test",
      libraries: [{ name: "Métropole", url: "https://ecoles.bron.test/library/metropole" }],
    },
  });
  expect(described({})).toEqual({ hotspots: undefined, schools: undefined });
});

describe("the wait until the next run", () => {
  const now = new Date("2026-11-25T09:00:00Z");
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
  const lyon = (state: "pending" | "accepted", silent?: PeerStatus["silent"]) => ({
    lyon: {
      name: "",
      domain: "",
      declared: true,
      ...(silent ? { silent } : {}),
      services: { video: { state, since: "" } },
    },
  });
  const wait = (status: Parameters<typeof nextWait>[0], unchanged = 0, chance = 0.5, complete = true) =>
    nextWait(status, 300, { complete, unchanged, now, chance });

  test("is short while something is on its way, and then the period", () => {
    expect([0, 1, 2, 9].map((unchanged) => wait(lyon("pending"), unchanged))).toEqual([3, 6, 12, 300]);
    expect(wait(lyon("accepted"))).toBe(300);
    expect(wait({}, 0, 0)).toBe(270);
  });

  test("is short when an own service does not answer: the network of a new pod opens a moment after it", () => {
    expect([0, 1, 9].map((unchanged) => wait(lyon("accepted"), unchanged, 0.5, false))).toEqual([3, 6, 300]);
  });

  test("ends when a peer that has just fallen silent is asked again, and leaves one that stays so in peace", () => {
    const why = "answered 503 to its descriptor";
    expect(wait(lyon("pending", { why, since: at(-5), retry: at(8) }))).toBe(8);
    expect(wait(lyon("pending", { why, since: at(-5), retry: at(-2) }))).toBe(1);
    expect(wait(lyon("pending", { why, since: at(-400), retry: at(8) }))).toBe(300);
  });
});

describe("a peer's question", () => {
  const status = (state: LinkState, more: Partial<PeerStatus> = {}) => ({
    lyon: { name: "", domain: "", declared: true, services: { video: { state, since: "" } }, ...more },
  });

  test("is worth a run while something with it is awaited, whatever name it gives", () => {
    const states = ["waiting", "pending", "closing", "accepted", "absent", "refused"] as const;
    const isWorth = (state: LinkState, more?: Partial<PeerStatus>, peer = "lyon") =>
      new Questions().isWorthRun(status(state, more), peer, 0);
    expect(states.filter((state) => isWorth(state))).toEqual(["waiting", "pending", "closing"]);
    expect(isWorth("accepted", { silent: { why: "", since: "", retry: "" } })).toBe(true);
    for (const name of ["bron", "", "constructor", "__proto__"])
      expect(isWorth("pending", {}, name)).toBe(false);
  });

  test("is worth one less and less often while nothing changes, and at once when something has", () => {
    const questions = new Questions();
    const worth: number[] = [];
    for (let second = 0; second < 7200; second += 1)
      if (questions.isWorthRun(status("pending"), "lyon", second * 1000)) worth.push(second);
    expect(worth).toEqual([0, 10, 30, 70, 150, 310, 630, 1270, 2550, 5110]);
    expect(questions.isWorthRun(status("waiting"), "lyon", 7200_000)).toBe(true);
    expect(questions.isWorthRun(status("waiting"), "lyon", 7209_000)).toBe(false);
  });
});

test("the program's server tells which peer asks for the descriptor", async () => {
  const { descriptor } = new Metropolis(["bron"]).at("bron");
  const asked: string[] = [];
  const server = serve(0, {
    descriptor,
    webfinger: undefined,
    map: new Map(),
    status: () => ({}),
    run: () => ({ runs: 0, failures: 0, seconds: 0, succeeded: 0 }),
    ready: () => true,
    asked: (peer) => asked.push(peer),
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const get = (path: string, headers = {}) => ask(`http://127.0.0.1:${port}${path}`, { headers });
  await get(descriptorPath, { [peerHeader]: "lyon" });
  await get(descriptorPath);
  await get(descriptorPagePath, { [peerHeader]: "givors" });
  server.close();
  expect(asked).toEqual(["lyon", ""]);
});

test("a peer that was silent for long is asked at once when it asks us, but not twice within seconds", async () => {
  let asked = 0;
  const peers = new Peers(
    async () => {
      asked += 1;
      throw new Error("refused");
    },
    () => 1,
  );
  const sought = { peer: "lyon", domain: "lyon.test", key: undefined };
  let now = new Date("2026-11-25T09:00:00Z");
  for (let failures = 0; failures < 8; failures += 1) {
    const found = await peers.find(sought, now);
    if (found.is === "silent" && failures < 7) now = found.retry;
  }
  const after = async (seconds: number) => {
    await peers.find(sought, new Date(now.getTime() + seconds * 1000));
    return asked;
  };
  peers.isThere("bron");
  expect(await after(60)).toBe(8);
  peers.isThere("lyon");
  expect(await after(4)).toBe(8);
  expect(await after(60)).toBe(9);
  expect(await after(120)).toBe(9);
});

test("a peer that does not answer is asked again soon, then more and more slowly, for a quarter of an hour at most", async () => {
  let [asked, now] = [0, new Date("2026-11-25T09:00:00Z")];
  const answer = { status: 503, type: "text/plain", body: Buffer.from("The links are not known yet.") };
  const peers = new Peers(
    async () => {
      asked += 1;
      return answer;
    },
    () => 1,
  );
  const waits: number[] = [];
  while (waits.length < 9) {
    const found = await peers.find({ peer: "lyon", domain: "lyon.test", key: undefined }, now);
    if (found.is !== "silent") throw new Error(found.is);
    expect(found.why).toBe("answered 503 to its descriptor");
    waits.push((found.retry.getTime() - now.getTime()) / 1000);
    const before = asked;
    await peers.find(
      { peer: "lyon", domain: "lyon.test", key: undefined },
      new Date(found.retry.getTime() - 1),
    );
    expect(asked).toBe(before);
    now = found.retry;
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
});
