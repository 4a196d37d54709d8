import { weeklyHoursOf } from "../components/foundation/declaration/weekly-hours.ts";
import type { Hotspot, Places, Quarter, WhiteZone } from "../components/places/places/places.ts";
import { checkRadio } from "../components/places/radio/check.ts";
import { median } from "../test/cluster/timing.ts";

/** `npm run bench radio`: the radio check of 2,000 hotspots and 200 white zones in a commune of 15 km². */
const [hotspotCount, zoneCount, runs] = [2000, 200, 3];

/** Numbers from 0 to 1, the same in every run (Park and Miller's generator). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const decibel = (value: number, unit: string) => ({ value, text: `${value} ${unit}` });
const openings = ["24/7", "Mo-Fr 07:00-21:00", "Mo-Sa 08:00-20:00", "Mo-Su 06:00-23:00"].map(weeklyHoursOf);
const schedules = ["24/7", "Mo-Tu,Th-Fr 08:20-16:30"].map(weeklyHoursOf);
const [west, south, width, height] = [4.85, 45.75, 0.05, 0.035];

function pick<T>(list: readonly T[], number: number): T {
  const item = list[Math.floor(number * list.length)];
  if (item === undefined) throw new RangeError("Nothing to pick");
  return item;
}

/** Points and zones anywhere in the commune. */
function places(power: number, threshold: number): Places {
  const random = generator(69_266);
  const rectangle = (x: number, y: number, dx: number, dy: number) => [
    [
      [x, y],
      [x + dx, y],
      [x + dx, y + dy],
      [x, y + dy],
      [x, y],
    ],
  ];
  const quarters: Quarter[] = Array.from({ length: 20 }, (_, index) => ({
    id: `quarter-${index}`,
    feature: index,
    name: `Quarter ${index}`,
    area: [
      rectangle(
        west + ((index % 5) * width) / 5,
        south + (Math.floor(index / 5) * height) / 4,
        width / 5,
        height / 4,
      ),
    ],
  }));
  const hotspots: Hotspot[] = Array.from({ length: hotspotCount }, (_, index) => {
    const [x, y] = [random(), random()];
    return {
      id: `point-${index}`,
      feature: 100 + index,
      name: `Point ${index}`,
      quarter: `quarter-${Math.floor(y * 4) * 5 + Math.floor(x * 5)}`,
      uuid: String(index),
      model: "a,b",
      setting: "outdoor",
      height: { metres: 4, text: "4 m" },
      open: pick(openings, random()),
      radios: [
        {
          band: "2.4 GHz",
          channel: pick([1, 6, 11], random()),
          width: "20 MHz",
          power: decibel(power, "dBm"),
          gain: decibel(3, "dBi"),
          loss: decibel(0.5, "dB"),
          beamforming: decibel(0, "dB"),
        },
      ],
      position: [west + x * width, south + y * height],
    };
  });
  const zones: WhiteZone[] = Array.from({ length: zoneCount }, (_, index) => {
    const [x, y] = [west + random() * width * 0.98, south + random() * height * 0.98];
    const ring = Array.from({ length: 8 }, (_, corner) => {
      const angle = (corner * Math.PI) / 4;
      return [x + 0.0006 * Math.cos(angle), y + 0.0004 * Math.sin(angle)];
    });
    return {
      id: `zone-${index}`,
      feature: 5000 + index,
      name: `Zone ${index}`,
      reason: "residents",
      threshold: decibel(threshold, "dBm"),
      schedule: pick(schedules, random()),
      area: [[[...ring, ...ring.slice(0, 1)]]],
    };
  });
  return { quarters, hotspots, zones, spaces: [] };
}

/** Points that hardly exceed anything, and the same with three in ten of them refused. */
for (const [power, threshold] of [
  [0, -30],
  [0, -60],
] as const) {
  const set = places(power, threshold);
  let refused = 0;
  const figures = Array.from({ length: runs }, () => {
    const start = process.cpuUsage();
    const clock = process.hrtime.bigint();
    refused = new Set(checkRadio(set).findings.map(({ id }) => id)).size;
    const { user, system } = process.cpuUsage(start);
    return { processor: (user + system) / 1e6, clock: Number(process.hrtime.bigint() - clock) / 1e9 };
  });
  const [processor, clock] = [figures.map((run) => run.processor), figures.map((run) => run.clock)];
  console.log(
    `${hotspotCount} hotspots, ${zoneCount} zones of ${threshold} dBm: ${median(processor).toFixed(2)} s of processor time, ${median(clock).toFixed(2)} s by the clock (medians of ${runs}), ${refused} places refused`,
  );
}
