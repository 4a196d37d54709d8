import type { Footprint } from "./footprint.ts";

/** Machines that a commune finds second-hand: desktop computers of small size, then one server. Memory in GiB. */
const machines = [
  { name: "refurbished desktop computer", memoryGiB: 8 },
  { name: "refurbished desktop computer", memoryGiB: 16 },
  { name: "refurbished desktop computer", memoryGiB: 32 },
  { name: "refurbished server", memoryGiB: 64 },
  { name: "refurbished server", memoryGiB: 128 },
  { name: "refurbished server", memoryGiB: 256 },
];

/** Memory of Linux, Kubernetes (K3s with its ingress controller and storage) and the page cache that databases count on, MiB. */
const systemMiB = 1536;

/** The smallest machine on which a footprint fits, or how many of the largest. */
export function machineFor({ requestedMiB, limitMiB, storageGiB }: Footprint): string {
  // Everything it asks for, and a third of what it may take beyond that: not all pods are busy at once.
  const needed = systemMiB + requestedMiB + (limitMiB - requestedMiB) / 3;
  const largest = machines.at(-1);
  const machine = machines.find(({ memoryGiB }) => memoryGiB * 1024 >= needed);
  const disk = `${storageGiB} GiB of disk for volumes`;
  if (machine) return `one ${machine.name} with ${machine.memoryGiB} GiB of memory, and ${disk}`;
  const count = largest ? Math.ceil(needed / (largest.memoryGiB * 1024)) : 0;
  return `${count} servers with ${largest?.memoryGiB} GiB of memory each, and ${disk}`;
}

/**
 * Energy of a year, kWh, by Cloud Carbon Footprint's coefficients: a core takes 0.74 W at rest and 3.5 W at
 * full load, memory 0.392 Wh per GB and hour, disks 1.2 Wh (SSD) per TB and hour. Cores asked for count as fully
 * at work, and as many again are at rest. No data centre: a cupboard in a town hall has no cooling.
 * Source: https://www.cloudcarbonfootprint.org/docs/methodology/
 */
export function energy({ cores, requestedMiB, storageGiB }: Footprint): {
  watts: number;
  kilowattHoursPerYear: number;
} {
  const gigabytes = (requestedMiB * 2 ** 20) / 1e9;
  const terabytes = (storageGiB * 2 ** 30) / 1e12;
  const watts = cores * 3.5 + cores * 0.74 + gigabytes * 0.392 + terabytes * 1.2;
  return { watts, kilowattHoursPerYear: (watts * 24 * 365) / 1000 };
}
