import { expect, test } from "vitest";
import {
  acknowledgedIn,
  type Evidence,
  evidenceSchema,
  lastFailure,
  longestGap,
  lostOf,
} from "../../scripts/site/database/evidence.ts";
import { databaseFindings, keptIn } from "../../scripts/site/database/findings.ts";
import { operatorFinding } from "../../scripts/site/operator.ts";
import { databaseReport } from "../../scripts/site/report.ts";

const log = `1 1000
2 1050
- 3050 could not connect
3 9050
- 9100 server closed the connection
5 9150
`;

test("only what was acknowledged counts, and the longest time without is the one around the loss", () => {
  const writes = acknowledgedIn(log);
  expect(writes.map(({ number }) => number)).toEqual([1, 2, 3, 5]);
  expect(longestGap(writes, 1100, 9200)).toBe(8);
  expect(longestGap(writes, 9060, 9200)).toBe(0.1);
  expect(lostOf(writes, [1, 3, 4, 5])).toEqual([2]);
  expect([lastFailure(log), lastFailure("1 1000\n")]).toEqual([9100, 0]);
});

const evidence: Evidence = evidenceSchema.parse({
  ...{
    at: "2026-12-01T08:00:00.000Z",
    kubernetes: "v1.36.3",
    operator: "ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0",
  },
  ...{
    image: "docker.io/library/postgres:17.12-trixie",
    nodes: ["a", "b", "c"],
    acknowledged: 4000,
    lost: [],
  },
  losses: [
    {
      ...{ fault: "pod deleted", primary: "database-1", node: "a", at: "2026-12-01T07:50:00.000Z" },
      ...{ seconds: 12.3, successor: "database-2", writable: 1 },
    },
  ],
});
const levels = (more: Partial<Evidence>) =>
  databaseFindings({ ...evidence, ...more }).map(({ level }) => level);

test("a trial fits where nothing was lost, one server took writes, and each had a node", () => {
  expect(levels({})).toEqual(["fits", "fits", "fits", "fits"]);
  const [loss] = evidence.losses;
  if (loss === undefined) throw new Error("no loss");
  expect(levels({ lost: [17] })).toEqual(["fits", "fits", "fits", "stops"]);
  expect(levels({ losses: [{ ...loss, writable: 2 }] })).toEqual(["fits", "fits", "stops", "fits"]);
  expect(levels({ losses: [{ ...loss, seconds: 300 }] })).toEqual(["fits", "fits", "care", "fits"]);
  expect(levels({ nodes: ["a", "a", "a"] })).toEqual(["fits", "stops", "fits", "fits"]);
});

test("its report names the operator's image, and where it is kept, in both languages", () => {
  const report = databaseReport(databaseFindings(evidence), "fr");
  expect(report).toContain("ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0");
  expect(report).toContain("aucune écriture pendant 12.3 s (database-1 → database-2)");
  expect(report).toContain("0 perdue sur 4000 confirmées");
  expect(keptIn.en("stacks/database-trials.jsonl")).toBe(
    "What was seen is kept in stacks/database-trials.jsonl.",
  );
});

test("a cluster without the operator stops a commune that needs it, and says what to install", () => {
  const pod = {
    ...{ namespace: "databases", labels: { "app.kubernetes.io/name": "cloudnative-pg" }, onNode: false },
    ...{ images: [], ports: [], words: [], address: "" },
  };
  const found = (apiGroups: string[], pods = [pod]) => operatorFinding({ apiGroups, pods });
  expect(found([]).level).toBe("stops");
  expect(found([]).said.fr).toContain("kubectl --context <nom> apply --server-side");
  expect(found(["postgresql.cnpg.io"], [])).toMatchObject({ level: "stops" });
  expect(found(["postgresql.cnpg.io"])).toMatchObject({
    level: "fits",
    settings: { operatorNamespace: "databases" },
  });
});
