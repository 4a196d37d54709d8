import { communesOfLyon, metropolisOf } from "./communes.ts";
import { measureReconciler } from "./reconciler/measure.ts";

/**
 * `npm run bench reconciler`: what one reconciler takes in the whole metropolis of Lyon. Every commune federates with
 * every other one: its own loop with the limits of its pod, and the signed descriptors of all
 * peers, read over TLS and checked in each run. Its services are all open: what is measured is a run that changes
 * nothing.
 */
const communes = communesOfLyon();
const { peers, accepted, cpuSeconds, periodSeconds, ownMiB, peakMiB } = await measureReconciler(
  metropolisOf(communes),
  communes,
  { years: 0, runs: 20 },
);
console.log(`${peers} peers, ${accepted} links open`);
console.log(
  `processor: ${cpuSeconds.toFixed(2)} s a run, ${((cpuSeconds / periodSeconds) * 1000).toFixed(1)} millicores with a period of ${periodSeconds / 60} minutes`,
);
console.log(
  `memory: ${(ownMiB.at(-1) ?? 0).toFixed(0)} MiB of its own at the end; ${peakMiB.toFixed(0)} MiB at most, with the pages of Node itself`,
);
