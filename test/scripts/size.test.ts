import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { footprints, total } from "../../policies/footprint.ts";
import { energy, machineFor } from "../../policies/hardware.ts";
import { sizeText } from "../../scripts/size.ts";

const container = (cpu: string, request: string, limit: string) => ({
  name: "main",
  image: "docker.io/library/postgres:17",
  resources: { requests: { cpu, memory: request }, limits: { memory: limit } },
});
const labels = (service: string) => ({ "commune.cloud/service": service });

const objects: KubernetesObject[] = [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "database", labels: labels("database") },
    spec: { template: { spec: { containers: [container("100m", "256Mi", "512Mi")] } } },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", labels: labels("mastodon") },
    spec: {
      replicas: 2,
      template: {
        spec: {
          initContainers: [container("900m", "9000Mi", "9000Mi")],
          containers: [container("50m", "100Mi", "300Mi"), container("10m", "20Mi", "40Mi")],
        },
      },
    },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate", labels: labels("mastodon") },
    spec: { template: { spec: { containers: [container("900m", "9000Mi", "9000Mi")] } } },
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "media", labels: labels("mastodon") },
    spec: { resources: { requests: { storage: "60Gi" } } },
  },
];

describe("a footprint", () => {
  test("counts what is always there, every replica, and volumes", () => {
    expect(footprints(objects)).toEqual([
      { service: "database", pods: 1, cores: 0.1, requestedMiB: 256, limitMiB: 512, storageGiB: 0 },
      { service: "mastodon", pods: 2, cores: 0.12, requestedMiB: 240, limitMiB: 680, storageGiB: 60 },
    ]);
    expect(total(footprints(objects))).toMatchObject({ pods: 3, requestedMiB: 496, storageGiB: 60 });
  });

  test("refuses a unit that the toolkit does not write", () => {
    const text = JSON.stringify(objects).replace('"256Mi"', '"256M"');
    expect(() => footprints(JSON.parse(text) as KubernetesObject[])).toThrow('"256M" is not in Mi');
  });
});

describe("hardware", () => {
  const footprint = (requestedMiB: number, limitMiB = requestedMiB) => ({
    service: "total",
    pods: 1,
    cores: 1,
    requestedMiB,
    limitMiB,
    storageGiB: 100,
  });

  test.each([
    [1000, "one refurbished desktop computer with 8 GiB of memory"],
    [8000, "one refurbished desktop computer with 16 GiB of memory"],
    [60_000, "one refurbished server with 64 GiB of memory"],
    [600_000, "3 servers with 256 GiB of memory each"],
  ])("for %i MiB is %s", (memory, machine) => expect(machineFor(footprint(memory))).toContain(machine));

  test("takes energy for cores, memory and disks, by the published coefficients", () => {
    const none = { service: "x", pods: 0, cores: 0, requestedMiB: 0, limitMiB: 0, storageGiB: 0 };
    expect(energy({ ...none, cores: 1 }).watts).toBeCloseTo(4.24);
    expect(energy({ ...none, requestedMiB: 1e9 / 2 ** 20 }).watts).toBeCloseTo(0.392);
    expect(energy({ ...none, storageGiB: 1e12 / 2 ** 30 }).kilowattHoursPerYear).toBeCloseTo(
      (1.2 * 8760) / 1000,
    );
  });
});

test("the table has a line for each service and one for all", () => {
  const lines = sizeText("bron", footprints(objects)).split("\n");
  expect(lines[2]).toMatch(/^ {2}database +1 +0\.10 +256 MiB +512 MiB +0 GiB$/);
  expect(lines[4]).toMatch(/^ {2}total +3 /);
});

test("its columns hold under the longest name and the largest figure", () => {
  const part = { pods: 1, cores: 0.01, requestedMiB: 32, limitMiB: 1_048_576, storageGiB: 100_000 };
  const parts = ["web", "t-les-amis-de-la-bibliotheque"].map((service) => ({ service, ...part }));
  const [, ...table] = sizeText("bron", parts).split("\n").slice(0, 5);
  expect(new Set(table.map((line) => line.length)).size).toBe(1);
  const ends = (line = "") => [...line.matchAll(/\S(?= {2}|$)/g)].map(({ index }) => index).slice(1);
  for (const line of table.slice(1)) expect(ends(line)).toEqual(ends(table[0]));
});
