import { expect, test } from "vitest";
import type { FederationStatus } from "../../components/federation/status.ts";
import { federationText, isSettled } from "../../scripts/federation.ts";

const since = "2026-11-02T09:00:00.000Z";
const now = new Date("2026-11-24T09:16:00Z");
const accepted = { state: "accepted", since } as const;

const status: FederationStatus = {
  bron: {
    name: "Bron",
    domain: "bron.test",
    declared: true,
    silent: {
      why: "refuses connections",
      since: "2026-11-24T09:12:00Z",
      retry: "2026-11-24T09:20:00Z",
    },
    services: { documents: accepted, microblog: accepted, video: { state: "pending", since } },
  },
  givors: {
    name: "Givors",
    domain: "givors.test",
    declared: true,
    firstKey: "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    services: {
      documents: { state: "waiting", since, why: "givors does not declare villeurbanne" },
      microblog: { state: "waiting", since, why: "givors does not declare villeurbanne" },
    },
  },
  lyon: {
    name: "Lyon",
    domain: "lyon.test",
    declared: true,
    services: { documents: accepted, microblog: accepted, video: accepted },
  },
};

test("the links of a commune are a table, with since when and why not", () => {
  expect(federationText("villeurbanne", status, now)).toBe(`\
        documents  microblog  video     since
bron    accepted   accepted   pending   gives no descriptor for 4 min (refuses connections), asked again in 4 min
givors  waiting    waiting    -         givors does not declare villeurbanne
lyon    accepted   accepted   accepted  2026-11-02

Known by the first key seen at their domain. Compare it with its commune, then write it in stacks/federation.yaml:
  givors: publicKey: z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK`);
  expect(federationText("bron", {}, now)).toBe("bron declares no links.");
});

test("links are settled when what both sides declare is open, and no reconciler waits for anything", () => {
  expect(isSettled(status)).toBe(false);
  const { lyon, givors } = status;
  expect(isSettled({ ...(lyon && { lyon }), ...(givors && { givors }) })).toBe(true);
});
