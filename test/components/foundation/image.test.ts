import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { atUpstream, deployed } from "../../../components/foundation/image/deployed.ts";
import { type ImageLock, loadLock, lockText, pinned } from "../../../components/foundation/image/lock.ts";
import {
  fullReference,
  mirrored,
  mirrorsIn,
  parseReference,
  referenceText,
  upstreamOf,
} from "../../../components/foundation/image/reference.ts";

const digest = `sha256:${"a".repeat(64)}`;
const lock: ImageLock = {
  "docker.io/library/postgres:17": {
    digest,
    platforms: { "linux/amd64": `sha256:${"b".repeat(64)}` },
    read: "2026-11-26",
    from: "docker.io",
    licence: "PostgreSQL",
    source: "https://git.postgresql.org",
  },
};

describe("a reference", () => {
  test.each([
    ["postgres:17", "docker.io/library/postgres:17"],
    ["valkey/valkey", "docker.io/valkey/valkey:latest"],
    ["docker.io/debian:13", "docker.io/library/debian:13"],
    ["ghcr.io/a/b@sha256:0", "ghcr.io/a/b@sha256:0"],
    [`ghcr.io/a/b:v1@${digest}`, `ghcr.io/a/b:v1@${digest}`],
    ["localhost:5000/a", "localhost:5000/a:latest"],
    ["registry.bron.fr:5000/hub/library/a:1", "registry.bron.fr:5000/hub/library/a:1"],
  ])("%s is %s in full", (text, full) => {
    expect(fullReference(text)).toBe(full);
    expect(referenceText(parseReference(full))).toBe(full);
  });

  test.each([
    ["docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr", ["docker.io", "ghcr.io"]],
    ["docker.io=[fd00::1]:5000", ["docker.io"]],
    ["ghcr.io=127.0.0.1:5000/a/b", ["ghcr.io"]],
  ])("may be found at a mirror: %s", (text, registries) => {
    expect(Object.keys(mirrorsIn(text) ?? {})).toEqual(registries);
  });

  test.each([
    "",
    "registry.bron.fr",
    "docker.io=https://registry.bron.fr",
    "docker.io=",
    "docker.io=a,docker.io=b",
    "docker.io=a/",
  ])("is at no mirror that is spelled %j", (text) => expect(mirrorsIn(text)).toBe(undefined));

  test("keeps its digest at a mirror, and comes back from there", () => {
    const mirrors = mirrorsIn("docker.io=registry.bron.fr/hub") ?? {};
    const text = `docker.io/library/postgres:17@${digest}`;
    expect(mirrored(text, mirrors)).toBe(`registry.bron.fr/hub/library/postgres:17@${digest}`);
    expect(upstreamOf(mirrored(text, mirrors), mirrors)).toBe(text);
    expect(mirrored("ghcr.io/a/b:1", mirrors)).toBe("ghcr.io/a/b:1");
    expect(upstreamOf("registry.bron.fr/hub2/b:1", mirrors)).toBe("registry.bron.fr/hub2/b:1");
  });
});

test("a digest of one's own is left alone, and what is not locked has none", () => {
  expect(pinned("postgres:17", lock)).toBe(`docker.io/library/postgres:17@${digest}`);
  expect(pinned("docker.io/library/postgres:17@sha256:0", lock)).toBe(
    "docker.io/library/postgres:17@sha256:0",
  );
  expect(pinned("docker.io/library/postgres:18", lock)).toBe("docker.io/library/postgres:18");
});

describe("an object that starts pods", () => {
  const pod = {
    initContainers: [{ name: "first", image: "docker.io/library/postgres:17" }],
    containers: [{ name: "then", image: "docker.io/library/debian:13", env: [] }],
  };
  const how = { lock, mirrors: { "docker.io": "registry.bron.fr/hub" }, pullSecret: "registry" };
  const wanted = {
    initContainers: [{ name: "first", image: `registry.bron.fr/hub/library/postgres:17@${digest}` }],
    containers: [{ name: "then", image: "registry.bron.fr/hub/library/debian:13", env: [] }],
    imagePullSecrets: [{ name: "registry" }],
  };

  test.each([
    ["Pod", (spec: object) => spec],
    ["Deployment", (spec: object) => ({ replicas: 1, template: { spec } })],
    ["StatefulSet", (spec: object) => ({ template: { spec } })],
    ["CronJob", (spec: object) => ({ jobTemplate: { spec: { template: { spec } } } })],
  ])("%s: names images by digest, at the mirror, with the Secret to pull them", (kind, around) => {
    const object = { kind, metadata: { name: "x" }, spec: around(pod) };
    const told = deployed(object, how);
    expect(told).toEqual({ kind, metadata: { name: "x" }, spec: around(wanted) });
    expect(atUpstream(told, how.mirrors)).toMatchObject({
      spec: around({ containers: [{ image: "docker.io/library/debian:13" }] }),
    });
  });

  test("Job: has another name when its images have, and says it", () => {
    const job = (spec: object) => ({
      kind: "Job",
      metadata: { name: "role-0123abcd", annotations: { how: "kubectl logs job/role-0123abcd" } },
      spec: { template: { spec } },
    });
    const told = deployed(job(pod), how);
    const [, name] = /"name":"(role-[0-9a-f]{8})"/.exec(JSON.stringify(told.metadata)) ?? [];
    expect(name).not.toBe("role-0123abcd");
    expect(told.metadata).toEqual({ name, annotations: { how: `kubectl logs job/${name}` } });
    expect(deployed(job(pod), how)).toEqual(told);
    const plain = job({ containers: [{ name: "x", image: "docker.io/library/debian:13" }] });
    expect(deployed(plain, { lock, mirrors: {} })).toEqual(plain);
  });

  test("starts as it was where nothing is locked; others are not looked at", () => {
    const object = { kind: "Deployment", metadata: { name: "x" }, spec: { template: { spec: pod } } };
    expect(deployed(object, { lock: {}, mirrors: {} })).toEqual(object);
    const config = { kind: "ConfigMap", data: { containers: "image" } };
    expect(deployed(config, how)).toBe(config);
  });
});

describe("the lock", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is read as it was written, and need not be there", () => {
    expect(loadLock(folder)).toBe(undefined);
    writeFileSync(join(folder, "images.lock.yaml"), lockText(lock));
    expect(loadLock(folder)).toMatchObject({ ok: true, declaration: { images: lock } });
  });

  test.each([
    ["postgres:17:", "docker.io/library/postgres:17:", /is not a reference with its registry and tag/],
    [`digest: sha256:${"a".repeat(63)}`, `digest: ${digest}`, /is not sha256: and 64 digits/],
    ["read: yesterday", "read: 2026-11-26", /is not a date/],
  ])("is refused with its line: %s", (wrong, right, message) => {
    const text = lockText(lock).replace(/'(2026-11-26)'/, "$1");
    expect(text).toContain(right);
    writeFileSync(join(folder, "images.lock.yaml"), text.replace(right, wrong));
    const read = loadLock(folder);
    if (read === undefined || read.ok) throw new Error("the lock was taken");
    expect(read.problems.map(({ message: said }) => said).join()).toMatch(message);
    expect(read.problems[0]?.line).toBeGreaterThan(2);
  });
});
