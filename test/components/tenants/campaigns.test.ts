import { describe, expect, test } from "vitest";
import { figuresOf, kept, percentile, type Visit } from "../../campaigns/noisy-tenant/figures.ts";
import { type Measured, memoryOf } from "../../campaigns/tenants/memory.ts";
import { beyondNew, differences, type Seen, snapshotOf } from "../../campaigns/tenants/same.ts";

const pod = (restartCount: number, more: Partial<Seen["metadata"]> = {}): Seen => ({
  kind: "Pod",
  metadata: { namespace: "town-t-a", name: "a-1", uid: "u1", generation: 1, ...more },
  status: { containerStatuses: [{ name: "front", restartCount }] },
});

describe("a look at what must stay", () => {
  const before = snapshotOf([pod(0)]);

  test("sees no difference in what is the same, nor in what is new", () => {
    expect(differences(before, snapshotOf([pod(0), pod(3, { name: "b-1" })]))).toEqual([]);
  });

  test.each([
    ["a container that was started again", pod(1)],
    ["another pod of the same name", pod(0, { uid: "u2" })],
    ["a pod whose specification is another", pod(0, { generation: 2 })],
  ])("sees %s", (_what, now) => {
    expect(differences(before, snapshotOf([now]))).toEqual([
      expect.stringContaining("Pod town-t-a/a-1 was uid u1, generation 1, front 0; is "),
    ]);
  });

  test("sees what is gone", () => {
    expect(differences(before, snapshotOf([]))).toEqual(["Pod town-t-a/a-1 is gone"]);
  });

  test("leaves pods of Jobs out, which come and go", () => {
    const timed = pod(0, { ownerReferences: [{ kind: "Job" }] });
    expect(differences(snapshotOf([timed]), snapshotOf([]))).toEqual([]);
  });
});

describe("a preview of another association", () => {
  const ours = ` +  kubernetes:core/v1:Namespace town-t-club-002 create 
 +  kubernetes:core/v1:Secret town-role-t-club-002-wordpress create
`;

  test("names new objects alone", () => {
    expect(beyondNew(ours, ["club-002"], 2)).toEqual([]);
  });

  test.each([
    [" ~  kubernetes:apps/v1:Deployment town-t-club-001-wordpress update [diff: ~spec]", "update"],
    ["+-  kubernetes:batch/v1:Job town-role-t-club-001-wordpress replace", "replace"],
    [" -  kubernetes:core/v1:Secret town-t-club-001-salt delete", "delete"],
  ])("names %s", (line, what) => {
    const told = beyondNew(`${ours}${line}\n`, ["club-002"], 2);
    expect(told).toHaveLength(1);
    expect(told[0]?.startsWith(what)).toBe(true);
  });

  test("names a new object of somebody else, whose id begins the same", () => {
    const line = " +  kubernetes:core/v1:Secret town-t-club-0021-salt create\n";
    expect(beyondNew(ours + line, ["club-002"], 3)).toEqual([
      "create kubernetes:core/v1:Secret town-t-club-0021-salt",
    ]);
  });

  test("tells where it was not read whole", () => {
    expect(beyondNew(ours, ["club-002"], 5)).toEqual(["5 to create, of which 2 are named"]);
  });
});

describe("memory at rest", () => {
  const measured = (namespace: string, name: string, megabytes: number): Measured => ({
    podRef: { namespace, name },
    containers: [{ name: "front", memory: { workingSetBytes: megabytes * 1e6, rssBytes: megabytes * 5e5 } }],
  });

  test("is of each association's pods, without timed ones, and of the server apart", () => {
    const pods = [
      measured("town-t-a", "t-a-wordpress-1", 40),
      measured("town-t-a", "t-a-dokuwiki-1", 20),
      measured("town-t-a", "t-a-wordpress-events-1", 90),
      measured("town-t-b", "t-b-wordpress-1", 80),
      measured("town-mariadb", "mariadb-0", 99),
    ];
    const memory = memoryOf(pods, new Set(["town-t-a/t-a-wordpress-events-1"]), "town");
    expect(memory).toMatchObject({ tenants: 2, mean: 70, largest: 80, anonymous: 35, server: 99 });
    expect(memory.containers.get("front of wordpress")).toBe(60);
  });
});

describe("visits", () => {
  const visit = (milliseconds: number, isAnswered = true): Visit => ({
    what: "a page",
    isAnswered,
    milliseconds,
  });

  test("have a percentile by the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.95)).toBe(95);
    expect(percentile([7, 3], 0.95)).toBe(7);
    expect(percentile([7], 0)).toBe(7);
    expect(percentile([], 0.95)).toBeUndefined();
  });

  test("count where they were answered, and are kept in part", () => {
    const quiet = figuresOf([visit(10), visit(20), visit(30), visit(40)], 2);
    const loud = figuresOf([visit(10), visit(20), visit(30), visit(9000, false)], 2);
    expect(quiet).toEqual({ perSecond: 2, p95: 40 });
    expect(loud).toEqual({ perSecond: 1.5, p95: 30 });
    expect(kept(quiet, loud)).toBe(0.75);
    expect(kept(figuresOf([], 2), loud)).toBeUndefined();
  });
});
