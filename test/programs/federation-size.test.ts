import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { services } from "../../components/services/index.ts";
import { linkedKinds } from "../../components/services/list.ts";
import { reconcile } from "../../programs/federation/reconcile.ts";
import { agedAnswers, agedStatus } from "./aged.ts";

// What this does not prove: the memory of a reconciler that runs (npm run bench federation).

/** Sixty of a group, and ten beside it: the most that a commune can be linked with. */
const peers = Array.from({ length: 70 }, (_, index) => ({
  id: `saint-germain-au-mont-d-or-${index}`,
  domain: `saint-germain-au-mont-d-or-${index}.fr`,
}));

test("what is remembered of the most peers after four years fits one ConfigMap, every service with restore points", () => {
  const pointsOf = services.map(({ name }) => name);
  const status = agedStatus(peers, { years: 4, pointsOf, kinds: linkedKinds });
  const first = status[peers[0]?.id ?? ""];
  // As many as four years leave: newer ones take the places of those of the same age.
  expect([first?.approvals?.length, first?.points?.nextcloud?.heads.length]).toEqual([10, 11]);
  const kept = [status, agedAnswers(peers, linkedKinds)].map((each) =>
    Buffer.byteLength(JSON.stringify(each)),
  );
  // A ConfigMap takes 1 MiB. What services show, and points of one's own, take the rest.
  expect(kept.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(900 * 1024);
});

test("a run keeps nothing of what a peer says of others", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const said: WeakRef<object>[] = [];
  const own = { id: "lyon", domain: "lyon.fr" };
  const others: Descriptor["peers"] = [{ ...own, services: ["documents"] }];
  const links = peers.map(({ id, domain }) => ({
    ...{ peer: id, name: id, domain, publicKey: undefined, services: ["documents"] },
  }));
  let alive: number | undefined;
  const { status } = await reconcile({
    ...own,
    kinds: linkedKinds,
    now: () => new Date(),
    declared: () => {},
    log: () => {},
    objects: {
      links: async () => links,
      status: async (): Promise<FederationStatus> => ({}),
      save: async () => {},
    },
    peers: {
      async find({ peer, domain }) {
        const third = { id: "bron", domain: "bron.fr", services: ["documents" as const] };
        said.push(new WeakRef(third));
        const url = `https://cloud.${domain}`;
        const documents = { kind: "documents" as const, software: "nextcloud", version: "33", url };
        const descriptor: Descriptor = {
          ...{
            version: 1,
            id: peer,
            name: peer,
            insee: "69029",
            domain,
            contact: `a@${domain}`,
            population: 1,
          },
          ...{ issued: "2026-12-01T00:00:00Z", expires: "2026-12-02T00:00:00Z" },
          services: [{ ...documents, licence: "AGPL-3.0-or-later", source: "https://nextcloud.com" }],
          peers: [...others, third],
        };
        return { is: "peer", descriptor, key: "z6Mk" };
      },
    },
    services: [
      {
        kind: "documents",
        noun: "documents",
        targetOf: ({ url }) => new URL(url).host,
        async observe(targets) {
          // A WeakRef holds what it is of until the turn ends.
          await new Promise((resolve) => setImmediate(resolve));
          collect();
          alive = said.filter((each) => each.deref() !== undefined).length;
          return new Map(targets.map((target) => [target, { outgoing: "accepted", incoming: true }]));
        },
        open: async () => {},
        keep: async () => {},
        close: async () => {},
      },
    ],
  });
  expect(Object.values(status).map(({ services: { documents } }) => documents?.state)).toEqual(
    peers.map(() => "accepted"),
  );
  expect([said.length, alive]).toEqual([peers.length, 0]);
});
