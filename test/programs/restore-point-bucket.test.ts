import { expect, test } from "vitest";
import type { Version } from "../../components/recovery/vault/bucket/client.ts";
import { applySteps, counted, type Step, stepsTo } from "../../programs/restore-point/bucket/difference.ts";
import { grouped } from "../../programs/restore-point/bucket/lines.ts";
import {
  type Entry,
  entryOf,
  storeMoment,
  versionAt,
  versionNow,
} from "../../programs/restore-point/bucket/list.ts";

/** A bucket in memory that keeps versions, whose clock ticks once a second. */
class Versioned {
  readonly versions: Version[] = [];
  private ticks = 0;

  put(key: string, etag: string): string {
    return this.add(key, { etag, isMarker: false });
  }

  async delete(key: string): Promise<void> {
    this.add(key, { etag: "", isMarker: true });
  }

  async copy({ key, version: id }: Entry): Promise<void> {
    const from = this.versions.find((each) => each.key === key && each.id === id && !each.isMarker);
    if (from === undefined) throw new Error(`no version ${id} of ${key}`);
    this.put(key, from.etag);
  }

  get now(): number {
    return Date.parse("2026-12-02T10:00:00Z") + this.ticks * 1000;
  }

  /** Content of each object that there is. */
  get content(): Record<string, string> {
    const live = this.versions.filter(({ isLatest, isMarker }) => isLatest && !isMarker);
    return Object.fromEntries(live.map(({ key, etag }) => [key, etag]).sort());
  }

  /** Every version, as a sorted file has them. */
  async *sorted(): AsyncGenerator<Version> {
    yield* [...this.versions].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  }

  async list(pick: (all: Version[]) => Version | undefined): Promise<Entry[]> {
    const list: Entry[] = [];
    for await (const { all } of grouped(this.sorted())) list.push(...[pick(all) ?? []].flat().map(entryOf));
    return list;
  }

  private add(key: string, { etag, isMarker }: Pick<Version, "etag" | "isMarker">): string {
    for (const each of this.versions) if (each.key === key) each.isLatest = false;
    const at = new Date(this.now).toISOString();
    this.ticks += 1;
    const id = `v${this.ticks}`;
    this.versions.push({ key, id, at, etag, isMarker, isLatest: true, bytes: etag.length });
    return id;
  }
}

async function* listed(entries: readonly Entry[]): AsyncGenerator<Entry> {
  yield* entries;
}

/** A bucket with what happens to objects before and after a moment, and the list of it. */
async function changed() {
  const bucket = new Versioned();
  for (const key of ["urn:oid:1", "urn:oid:2", "urn:oid:3", "urn:oid:30", "urn:oid:4"])
    bucket.put(key, `first of ${key}`);
  await bucket.delete("urn:oid:4");
  bucket.put("urn:oid:2", "second");
  const moment = { earliest: bucket.now, latest: bucket.now - 1 };
  const then = bucket.content;
  const list = await bucket.list((all) => versionAt(all, moment));
  bucket.put("urn:oid:1", "overwritten");
  await bucket.delete("urn:oid:2");
  bucket.put("urn:oid:4", "again");
  bucket.put("urn:oid:5", "new");
  return { bucket, then, list };
}

test("the list of a moment has the version that each object had, and no object that was deleted or came later", async () => {
  const { list, then } = await changed();
  expect(Object.fromEntries(list.map(({ key, etag }) => [key, etag]))).toEqual(then);
});

test("in doubt an object was there: clocks are read to the second", () => {
  const clock = { sent: 1000, answered: 1400, said: 61_000 };
  const { earliest, latest } = storeMoment("1970-01-01T00:10:00Z", clock);
  expect([earliest, latest]).toEqual([600_000 + 59_600, 600_000 + 62_000]);
  const version = (more: Partial<Version>): Version => ({
    ...{
      key: "a",
      id: "1",
      isLatest: false,
      isMarker: false,
      at: "1970-01-01T00:00:00Z",
      etag: "e",
      bytes: 1,
    },
    ...more,
  });
  const marker = (ms: number) => version({ id: "2", isMarker: true, at: new Date(ms).toISOString() });
  expect(versionAt([version({}), marker(earliest - 1000)], { earliest, latest })).toBeUndefined();
  expect(versionAt([version({}), marker(earliest - 999)], { earliest, latest })?.id).toBe("1");
  const late = (ms: number) => version({ at: new Date(ms).toISOString() });
  expect(versionAt([late(latest)], { earliest, latest })?.id).toBe("1");
  expect(versionAt([late(latest + 1)], { earliest, latest })).toBeUndefined();
});

test("a restore is there and back wherever it is cut, and deletes nothing for good", async () => {
  const { bucket: first, list } = await changed();
  const difference = await counted(stepsTo(listed(list), first.sorted()));
  expect(difference).toMatchObject({
    undone: 1,
    returning: 1,
    aside: 2,
    lost: { count: 0 },
  });
  for (let cut = 0; cut <= 4; cut += 1) {
    const { bucket, then, list } = await changed();
    const before = bucket.content;
    const aside = await bucket.list(versionNow);
    const kept = bucket.versions.map(({ id }) => id);
    let left = cut;
    const cutting = {
      copy: async (entry: Entry) => (left-- > 0 ? bucket.copy(entry) : Promise.reject(new Error("cut"))),
      delete: async (key: string) => (left-- > 0 ? bucket.delete(key) : Promise.reject(new Error("cut"))),
    };
    const there = applySteps(stepsTo(listed(list), bucket.sorted()), cutting);
    if (cut < 4) await expect(there).rejects.toThrow("cut");
    else await there;
    await applySteps(stepsTo(listed(list), bucket.sorted()), bucket);
    expect(bucket.content).toEqual(then);
    left = cut;
    await applySteps(stepsTo(listed(aside), bucket.sorted()), cutting).catch(() => undefined);
    await applySteps(stepsTo(listed(aside), bucket.sorted()), bucket);
    expect(bucket.content).toEqual(before);
    expect(bucket.versions.map(({ id }) => id)).toEqual(expect.arrayContaining(kept));
    const steps: Step[] = [];
    for await (const step of stepsTo(listed(aside), bucket.sorted())) steps.push(step);
    expect(steps).toEqual([]);
  }
});

test("what a lifecycle rule removed is counted, and the first is named", async () => {
  const { bucket, list } = await changed();
  const gone = list.find(({ key }) => key === "urn:oid:1");
  bucket.versions.splice(
    bucket.versions.findIndex(({ id }) => id === gone?.version),
    1,
  );
  const { lost } = await counted(stepsTo(listed(list), bucket.sorted()));
  expect(lost).toEqual({ count: 1, first: "urn:oid:1" });
});
