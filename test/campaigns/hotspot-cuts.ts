import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { hostile } from "../components/places/hotspots/hostile.ts";
import { day, flash, prepared } from "../components/places/hotspots/prepared.ts";
import { archiveOf, membersFor, signed } from "../components/places/hotspots/signed.ts";
import type { OpenWrtPoint } from "../doubles/openwrt/point.ts";
import { OpenWrtRoot } from "../doubles/openwrt/root.ts";

/** Counts of updates that were cut. */
export interface CutsTally {
  /** Steps of an update that change something. */
  steps: number;
  cut: number;
  /** After how many of them the point was still as before, but for its serial. */
  untouched: number;
}

const older = { ...day, radios: [{ band: "2.4 GHz" as const, channel: 11, width: 20, power: 18 }] };
const [oldest, before, newest] = [1, 2, 3].map((serial) => archiveOf(serial === 3 ? day : older, { serial }));
/** The newest with another serial alone: it has to bring all that is missing. */
const again = archiveOf(day, { serial: 4 });

/** Its own files of the agent tell what came how, and differ with the number of tries. */
function lasting(root: OpenWrtRoot): Record<string, string> {
  const told = /^(etc\/openwisp|tmp)\//;
  return Object.fromEntries(Object.entries(flash(root)).filter(([path]) => !told.test(path)));
}

function differences(one: Record<string, string>, other: Record<string, string>): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (path) => one[path] !== other[path],
  );
}

async function expectResult(point: OpenWrtPoint, archive: Buffer | undefined, result: string, said = "") {
  const outcome = await point.update(archive ?? Buffer.alloc(0));
  if (outcome.result !== result || !outcome.log.includes(said)) {
    throw new Error(`${outcome.result}, not ${result} "${said}": ${outcome.log}`);
  }
}

/** One update of a louder point to a quieter one, cut after some steps; false where it came to its end before. */
async function cutOnce(
  { root, point, whole }: { root: OpenWrtRoot; point: OpenWrtPoint; whole: Record<string, string> },
  steps: number,
  tally: CutsTally,
): Promise<boolean> {
  root.reset("before");
  const was = lasting(root);
  const { result } = await point.update(newest ?? Buffer.alloc(0), { cutAfter: steps });
  if (result !== "cut") return false;
  tally.cut += 1;
  await point.restart();
  const changed = differences(was, lasting(root)).filter((path) => !path.startsWith("etc/hotspot/"));
  if (changed.length === 0) tally.untouched += 1;
  else await expectResult(point, before, "error", "its serial 2 is of before: the point had 3");
  await expectResult(point, oldest, "error", "is of before");
  const left = lasting(root);
  const names = hostile["a name that is all of the firmware's own files"];
  const unsigned = names?.make(signed(membersFor(older), { serial: 9 }));
  await expectResult(point, unsigned, "error", "refused: it has other files than were signed");
  if (differences(left, lasting(root)).length > 0) throw new Error("a refusal changed something");
  await expectResult(point, steps % 2 ? again : newest, "applied");
  const missing = differences(whole, lasting(root)).filter((path) => path !== "etc/hotspot/serial");
  if (missing.length > 0) throw new Error(`not as after an update without a cut: ${missing}`);
  return true;
}

/**
 * Cuts an update after every `stride`-th of its steps: whatever was changed, nothing of before is let through and nothing
 * unsigned is put back, and the next signed archive brings all, also one with another serial alone.
 */
export async function cutsCampaign({ stride, from }: { stride: number; from: number }): Promise<CutsTally> {
  const tally = { steps: 0, cut: 0, untouched: 0 };
  const root = await OpenWrtRoot.make();
  try {
    const point = await prepared(root);
    for (const archive of [oldest, before]) await expectResult(point, archive, "applied");
    root.keep("before");
    await expectResult(point, newest, "applied");
    const whole = lasting(root);
    for (let steps = from; ; steps += stride) {
      const cut = await cutOnce({ root, point, whole }, steps, tally).catch((error: unknown) => {
        throw new Error(`cut after ${steps}: ${error instanceof Error ? error.message : error}`);
      });
      tally.steps = steps;
      if (!cut) return tally;
    }
  } finally {
    root.remove();
  }
}

/** `npm run campaign hotspot-cuts`: an update of a point of Wi-Fi, cut after each of its steps. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { stride: { type: "string", default: "1" }, from: { type: "string" } },
  });
  const stride = Number(values.stride);
  const from = Number(values.from ?? randomInt(stride));
  console.log(`From ${from}, every ${stride}`);
  const { steps, cut, untouched } = await cutsCampaign({ stride, from });
  console.log(
    `${cut} updates of at most ${steps} steps cut, ${untouched} of them before anything was changed; nothing of before and nothing unsigned got in, and the next one brought all.`,
  );
}
