import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { everyImage } from "../../../components/commune/images.ts";
import { DeclarationError } from "../../../components/foundation/declaration/problem.ts";
import {
  catalogueFile,
  catalogueImage,
  readCatalogue,
} from "../../../components/foundation/image/catalogue.ts";
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
import { applicationImages } from "../../../components/tenants/applications/list.ts";

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

describe("the catalogue", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "catalogue-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function problemsOf(text: string): string[] {
    const file = join(folder, "catalogue.yaml");
    writeFileSync(file, text);
    try {
      readCatalogue(file);
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      return error.problems.map(
        ({ line, column, path, message }) => `${line}:${column} ${path.join(".")} ${message}`,
      );
    }
    return [];
  }

  test("is what communes may run, each image of it, with those of associations' applications, each once", () => {
    const own = [...readCatalogue().values()];
    const references = [...own, ...applicationImages()].map(({ reference }) => reference);
    expect([...everyImage].map(({ reference }) => reference).sort()).toEqual(references.sort());
    expect(new Set(references).size).toBe(references.length);
  });

  test("says of each end of life and of each number where it was read", () => {
    expect(catalogueImage("nextcloud")).toMatchObject({
      registers: { sill: 93, comptoir: 117, read: "2026-11-27", from: expect.stringMatching(/^https:/) },
      support: { until: { "33": "2027-02-17" }, from: expect.stringMatching(/^https:/) },
    });
  });

  test("is refused with the line of everything that is wrong", () => {
    expect(
      problemsOf(`software:
  one:
    name: One
    image: docker.io/library/one
    licence: AGPL 3
    source: http://one.test
    publisher: { name: One, country: France, from: https://one.test }
    registers: { read: 27/11/2026, from: https://one.test }
  two:
    name: Two
    image: docker.io/library/two:2
    licence: MIT
    source: https://two.test
    licenses: MIT
    support: { until: { "v2": "2027-02-30" } }
`),
    ).toEqual([
      expect.stringMatching(/^4:12 software.one.image .* is not a reference with its registry and tag/),
      expect.stringMatching(/^5:14 software.one.licence "AGPL 3" is no SPDX identifier/),
      expect.stringMatching(/^6:13 software.one.source .* is no https address/),
      expect.stringMatching(/^7:38 software.one.publisher.country .* is not two capital letters/),
      expect.stringMatching(/^8:24 software.one.registers.read /),
      expect.stringMatching(/^14:5 software.two.licenses unknown field/),
      expect.stringMatching(/^15:5 software.two.support.from is missing/),
      expect.stringMatching(/^15:\d+ software.two.support.until.v2 .* is no series of versions/),
    ]);
  });

  test.each([
    [
      "a number and no number",
      "registers: { sill: 1, read: 2026-11-27, from: https://a.fr }\n    notRegistered: because",
      /contradicts the numbers/,
    ],
    ["a list without a number", "registers: { read: 2026-11-27, from: https://a.fr }", /has no number/],
  ])("is refused with %s", (_, more, message) => {
    const text = `software:\n  one:\n    name: One\n    image: a.test/one:1\n    licence: MIT\n    source: https://one.test\n    ${more}\n`;
    expect(problemsOf(text)).toEqual([expect.stringMatching(message)]);
  });

  test("has an image once", () => {
    const entry = (name: string) =>
      `  ${name}:\n    name: One\n    image: a.test/one:1\n    licence: MIT\n    source: https://one.test\n`;
    expect(problemsOf(`software:\n${entry("one")}${entry("two")}`)).toEqual([
      expect.stringMatching(/^9:12 software.two.image "a.test\/one:1" stands at one already/),
    ]);
  });

  test("says which name it does not have", () =>
    expect(() => catalogueImage("nuage")).toThrow(`${catalogueFile} has no nuage`));
});

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
    expect(read.problems[0]?.line).toBeGreaterThan(1);
  });
});
