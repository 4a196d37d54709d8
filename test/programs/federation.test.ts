import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { descriptorPagePath, descriptorPath, peerHeader } from "../../components/federation/descriptor.ts";
import { type FederatedPlans, planFederation } from "../../components/federation/plan.ts";
import { withProof } from "../../components/federation/proof.ts";
import type { LinkState, PeerStatus } from "../../components/federation/status.ts";
import { judge } from "../../components/federation/verdict.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { ask } from "../../components/foundation/program/request.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { planSchools } from "../../components/schools/schools/plan.ts";
import { linkedKinds } from "../../components/services/list.ts";
import { OwnDescriptor } from "../../programs/federation/own.ts";
import { nextWait } from "../../programs/federation/pace.ts";
import { Peers } from "../../programs/federation/peers.ts";
import { Publisher } from "../../programs/federation/publisher.ts";
import { Questions } from "../../programs/federation/questions.ts";
import { figuresServer } from "../../programs/federation/server.ts";
import { Publication } from "../../programs/publisher/publication.ts";
import { publicServer, reconcilersServer } from "../../programs/publisher/server.ts";
import { Metropolis } from "./metropolis.ts";

describe("a descriptor", () => {
  const world = new Metropolis(["bron"]);
  const bron = world.at("bron");
  const sought = {
    peer: "bron",
    domain: "bron.test",
    hosts: [],
    others: [],
    key: publicKeyOf(bron.key),
    kinds: linkedKinds,
  };
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
      services: linkedKinds.map((kind) => ({ kind })),
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
    ["an id", { copies: { of: ["../lyon"], at: [] } }, "copies"],
    ["an id", { peers: [{ id: "-rf", domain: "lyon.test", services: [] }] }, "peers"],
    ["a host", { peers: [{ id: "lyon", domain: "-lyon.test", services: [] }] }, "peers"],
    ["a host", { peers: [{ id: "lyon", domain: "192.0.2.1", services: [] }] }, "peers"],
    ["a host", { peers: [{ id: "lyon", domain: "xn--a.test", services: [] }] }, "peers"],
    ["a name", { name: "Bron\nlyon: accepted" }, "name"],
    ["a name", { name: "Bron\u202enorb" }, "name"],
    ["a service", { points: { "a\nb": { count: 1, head: `sha256:${"0".repeat(64)}` } } }, "points"],
    ["a moment", { issued: "2026-11-27T10:00:00+02:00" }, "issued"],
  ])("with %s that nobody declares says nothing: %j", (_, changes, field) => {
    const found = judge(signed(changes), sought, world.now);
    expect(found).toMatchObject({ is: "nothing", why: expect.stringContaining(`cannot be read (${field}`) });
    expect("why" in found && found.why).not.toMatch(/[\n\u202e]/);
  });

  test("of another one is told without what could not be a name", () => {
    const found = judge(signed({ id: "lyon\nbron: accepted" }), sought, world.now);
    expect(found).toMatchObject({ is: "other", why: expect.stringContaining("lyon\\u{a}bron") });
  });

  test.each([
    ["changed", { ...document(), contact: "voleur@example.org" }, "signature"],
    ["unsigned", { ...document(), proof: undefined }, "not signed"],
    ["no object", [1], "not signed"],
  ])("that is %s is nobody's", (_, changed, why) => {
    const found = judge(changed, sought, world.now);
    expect(found.is === "other" && found.why).toContain(why);
  });

  const saying = (url: string, account?: string) =>
    signed({ services: [{ ...document().services[0], url, ...(account ? { account } : {}) }] });

  test("that names a place of others is refused as a whole, with the value", () => {
    for (const [claim, value] of [
      [saying("https://cloud.lyon.test"), '"https://cloud.lyon.test" (documents.url)'],
      [saying("https://cloud.lyon.test@bron.test"), '"https://cloud.lyon.test@bron.test" (documents.url)'],
      [saying("https://cloud.bron.test", "mairie@lyon.test"), '"mairie@lyon.test" (documents.account)'],
      [signed({ map: "https://bron.test:8443/carte" }), '"https://bron.test:8443/carte" (map)'],
    ] as const) {
      expect(judge(claim, sought, world.now)).toEqual({
        is: "nothing",
        why: `its descriptor names ${value}, which is not plainly a place of bron.test; other hosts of a member are listed in stacks/federation.yaml`,
      });
    }
    expect(judge(saying("https://bron.test/cloud", "mairie@a.bron.test"), sought, world.now).is).toBe("peer");
  });

  test("may name hosts that federation.yaml lists, and none of a commune whose domain is below its own", () => {
    const listed = { ...sought, hosts: ["nuage.metropole.test"] };
    expect(judge(saying("https://nuage.metropole.test"), sought, world.now).is).toBe("nothing");
    expect(judge(saying("https://nuage.metropole.test"), listed, world.now).is).toBe("peer");
    expect(judge(saying("https://a.nuage.metropole.test"), listed, world.now).is).toBe("nothing");
    const above = { ...sought, others: ["bron.test", "lyon.bron.test", "test"] };
    expect(judge(saying("https://cloud.lyon.bron.test"), above, world.now).is).toBe("nothing");
    expect(judge(saying("https://cloud.bron.test"), above, world.now).is).toBe("peer");
  });

  test("of another commune does not count, whoever shows it", () => {
    expect(judge(document(), { ...sought, peer: "lyon" }, world.now)).toMatchObject({ is: "other" });
    expect(judge(document(), { ...sought, domain: "lyon.test" }, world.now)).toMatchObject({ is: "other" });
  });
});

test("a descriptor describes the public Wi-Fi and what schools share, where they are declared", () => {
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
  const described = (plans: Partial<FederatedPlans>) => {
    const { settings } = planFederation(declaration, { services: [], ...plans }, []);
    const now = new Date("2026-11-25T09:00:00Z");
    const document: unknown = JSON.parse(new OwnDescriptor(settings, Buffer.alloc(32, 1)).text(now));
    const found = judge(
      document,
      { peer: "bron", domain: "bron.test", hosts: [], others: [], key: undefined, kinds: linkedKinds },
      now,
    );
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
    const why = "answered 503";
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

describe("the publisher", () => {
  const { descriptor, clock, key } = new Metropolis(["bron"]).at("bron");
  const own = { id: "bron", domain: "bron.test" };
  const text = () => {
    const now = new Date();
    const said = { ...descriptor.describe(now) };
    return JSON.stringify(withProof(said, { key, address: "https://bron.test", now }));
  };
  const failures: string[] = [];
  const failed = (error: unknown) => failures.push(String(error));
  const closing: Server[] = [];
  afterEach(() => {
    for (const server of closing.splice(0)) server.close();
    expect(failures.splice(0)).toEqual([]);
  });
  const listening = async (server: Server) => {
    closing.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const started = async (website?: string) => {
    const publication = new Publication(own);
    const outer = await listening(
      publicServer({
        publication,
        own: { ...own, name: "Bron" },
        website,
        webfinger: undefined,
        files: new Map(),
        home: undefined,
        told: () => undefined,
        failed,
      }),
    );
    const inner = await listening(reconcilersServer({ publication, failed }));
    const get = (path: string, headers = {}) => ask(`${outer}${path}`, { headers });
    return { get, outer, inner, publisher: new Publisher(inner) };
  };

  test("says nothing of the links before it is told, and then what the reconciler has signed", async () => {
    const { get, publisher } = await started();
    expect((await get("/healthz")).status).toBe(200);
    expect((await get(descriptorPath)).status).toBe(503);
    expect((await get(descriptorPagePath)).status).toBe(503);
    const before = await get("/");
    expect([before.status, before.body.toString()]).toEqual([
      503,
      expect.stringContaining("Les services de la commune démarrent."),
    ]);
    const signed = text();
    await publisher.exchange(signed);
    expect((await get(descriptorPath)).body.toString()).toBe(signed);
    expect((await get(descriptorPagePath)).body.toString()).toContain("Le nuage public de bron");
  });

  test("shows its services on the first page of its domain, unless its own website stands there", async () => {
    const { get, publisher } = await started("https://www.ville-bron.test");
    await publisher.exchange(text());
    const { status, body } = await get("/");
    expect([status, body.toString()]).toEqual([
      200,
      expect.stringContaining('href="https://www.ville-bron.test"'),
    ]);
    const nothing = await get("/index.html");
    expect(nothing.status).toBe(404);
    expect(nothing.body.toString()).toContain('<a href="/">L’accueil de Bron</a>');
    expect(nothing.body.toString()).toContain("mailto:numerique@bron.test");
    // Programs ask there.
    const word = await get("/.well-known/none");
    expect([word.status, word.body.toString()]).toEqual([404, "not found\n"]);
    const elsewhere = await started("https://bron.test");
    await elsewhere.publisher.exchange(text());
    expect((await elsewhere.get("/")).body.toString()).toBe("not found\n");
    expect((await elsewhere.get("/")).status).toBe(404);
  });

  test("tells the reconciler, once, which peers have asked for the descriptor", async () => {
    const { get, publisher } = await started();
    const signed = text();
    expect(await publisher.exchange(signed)).toEqual([]);
    await get(descriptorPath, { [peerHeader]: "lyon" });
    await get(descriptorPath, { [peerHeader]: "lyon" });
    await get(descriptorPath);
    await get(descriptorPath, { [peerHeader]: "<script>" });
    await get(descriptorPagePath, { [peerHeader]: "givors" });
    expect(await publisher.exchange(signed)).toEqual(["lyon"]);
    expect(await publisher.exchange(signed)).toEqual([]);
  });

  test("is brought the same text once, and again when it has restarted", async () => {
    const { inner, publisher } = await started();
    const signed = text();
    await publisher.exchange(signed);
    const shown = () =>
      ask(`${inner}/news`, { method: "POST" }).then(({ body }) => JSON.parse(body.toString()).shown);
    const before = await shown();
    await publisher.exchange(signed);
    expect(await shown()).toBe(before);
    const another = text().replace(/}$/, " }");
    await publisher.exchange(another);
    expect(await shown()).not.toBe(before);
  });

  test("shows nothing that its commune has not signed, and says why", async () => {
    const { get, publisher } = await started();
    const lyon = new Metropolis(["lyon"]).at("lyon").descriptor.text(new Date());
    await expect(publisher.exchange(lyon)).rejects.toThrow(
      "answered 422 to /.well-known/commune.json: what answers",
    );
    await expect(publisher.exchange(text().replace("numerique@", "voleur@"))).rejects.toThrow("signature");
    await expect(publisher.exchange(descriptor.text(clock))).rejects.toThrow("not of now");
    expect((await get(descriptorPath)).status).toBe(503);
  });

  test("takes nothing at the port that the public reaches, and shows nothing at the other", async () => {
    const { outer, inner } = await started();
    expect((await ask(`${outer}${descriptorPath}`, { method: "PUT", body: text() })).status).toBe(405);
    expect((await ask(`${outer}/news`)).status).toBe(404);
    expect((await ask(`${outer}/metrics`)).status).toBe(404);
    expect((await ask(`${inner}${descriptorPath}`)).status).toBe(404);
  });
});

test("the reconciler tells its figures, and is well once its descriptor is shown", async () => {
  let isShown = false;
  const server = figuresServer({
    status: () => ({}),
    own: () => ({
      run: { runs: 3, failures: 0, seconds: 0, succeeded: 0 },
      answers: {
        version: 1,
        id: "bron",
        measured: "2026-11-26T02:10:00.000Z",
        linked: {},
        seenBy: {},
        own: {
          documents: {
            url: "https://cloud.bron.test",
            answers: false,
            since: "2026-11-26T02:05:00.000Z",
            day: "2026-11-26",
            days: [[2, 1]],
          },
        },
      },
      points: [
        { vault: "lyon", answers: true, taken: { nextcloud: "2026-11-26T02:10:00Z", peertube: undefined } },
        { vault: "givors", answers: false, taken: {} },
      ],
    }),
    ready: () => isShown,
    failed: (error) => expect.fail(String(error)),
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const get = (path: string) => ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  const metrics = (await get("/metrics")).body.toString().split("\n");
  expect(metrics).toContain("commune_federation_runs_total 3");
  // What people read on /etat, and restore points at each vault: alerts read the same.
  expect(metrics).toContain('commune_service_answers{kind="documents"} 0');
  expect(metrics).toContain("commune_services_measured_seconds 1795659000");
  expect(metrics.filter((line) => line.startsWith("restore_point_"))).toEqual([
    'restore_point_vault_answers{vault="lyon"} 1',
    'restore_point_vault_answers{vault="givors"} 0',
    'restore_point_taken_seconds{of="nextcloud",vault="lyon"} 1795659000',
    'restore_point_taken_seconds{of="peertube",vault="lyon"} 0',
  ]);
  expect((await get("/healthz")).status).toBe(503);
  isShown = true;
  expect((await get("/healthz")).status).toBe(200);
  expect((await get(descriptorPath)).status).toBe(404);
  server.close();
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
  const sought = {
    peer: "lyon",
    domain: "lyon.test",
    hosts: [],
    others: [],
    key: undefined,
    kinds: linkedKinds,
  };
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
    const found = await peers.find(
      { peer: "lyon", domain: "lyon.test", hosts: [], others: [], key: undefined, kinds: linkedKinds },
      now,
    );
    if (found.is !== "silent") throw new Error(found.is);
    expect(found.why).toBe("answered 503");
    waits.push((found.retry.getTime() - now.getTime()) / 1000);
    const before = asked;
    await peers.find(
      { peer: "lyon", domain: "lyon.test", hosts: [], others: [], key: undefined, kinds: linkedKinds },
      new Date(found.retry.getTime() - 1),
    );
    expect(asked).toBe(before);
    now = found.retry;
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
});
