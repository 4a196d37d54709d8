import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { type Span, weeklyHoursOf } from "../../components/foundation/declaration/weekly-hours.ts";
import type { AccessPoint } from "../../components/places/hotspots/device.ts";
import { preparation } from "../../components/places/hotspots/preparation.ts";
import { hostile } from "../components/places/hotspots/hostile.ts";
import { archiveOf, key, membersFor, network, signed, uuid } from "../components/places/hotspots/signed.ts";
import { type Emitted, type Moment, OpenWrtPoint } from "../doubles/openwrt/point.ts";
import { OpenWrtRoot } from "../doubles/openwrt/root.ts";

/** Counts of a campaign. */
export interface ConfigurationsTally {
  sequences: number;
  applied: number;
  /** Updates after which the server was not there, and those in which the current failed. */
  wentBack: number;
  cut: number;
  /** Archives that nobody signed, and those of before. */
  hostile: number;
  replayed: number;
  /** Archives of what a point has, under another serial. */
  again: number;
  restarts: number;
  /** Minutes at which every radio was compared with what is declared. */
  compared: number;
}

/** One thing that happens to a point. */
type Step =
  | { kind: "change" | "go back" | "cut" | "cut at the serial"; to: AccessPoint; after: number }
  | { kind: "hostile"; which: number }
  | { kind: "replay"; which: number }
  | { kind: "again" }
  | { kind: "restart" };

const hours = fc
  .constantFrom(
    "24/7",
    "Mo-Fr 07:00-22:00",
    "Mo-Su 06:00-24:00",
    "Sa,Su 10:00-12:00",
    "Mo-Fr 08:00-12:00,14:00-21:00",
  )
  .map((text) => weeklyHoursOf(text).spans);
const radio = (band: "2.4 GHz" | "5 GHz", channels: number[]) =>
  fc.record({
    band: fc.constant(band),
    channel: fc.constantFrom(...channels),
    width: fc.constant(20),
    power: fc.integer({ min: 0, max: 20 }),
  });
const point = fc
  .record({
    open: hours,
    // One in four is a point that was taken out of the declaration.
    radios: fc.tuple(
      fc.option(radio("2.4 GHz", [1, 6, 11]), { freq: 2 }),
      fc.option(radio("5 GHz", [100, 116]), { freq: 1 }),
    ),
  })
  .map(({ open, radios }): AccessPoint => ({ uuid, open, radios: radios.filter((each) => each !== null) }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("change" as const), to: point, after: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("go back" as const), to: point, after: fc.constant(0) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("cut" as const), to: point, after: fc.nat(185) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("cut at the serial" as const),
      to: point,
      after: fc.constant(0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hostile" as const), which: fc.nat(1000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("replay" as const), which: fc.nat(1000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);
/** One point: how it began, what happens to it, and the minutes at which it is looked at. */
interface Sequence {
  version: "1.2.1" | "1.3.0a";
  prepared: boolean;
  steps: Step[];
  moments: Moment[];
}

const sequence: fc.Arbitrary<Sequence> = fc.record({
  version: fc.constantFrom("1.2.1" as const, "1.3.0a" as const),
  prepared: fc.boolean(),
  steps: fc.array(step, { minLength: 3, maxLength: 8 }),
  moments: fc.array(fc.record({ day: fc.integer({ min: 1, max: 7 }), minute: fc.nat(1439) }), {
    minLength: 2,
    maxLength: 2,
  }),
});

/** Nothing was given to it yet. */
const silent: AccessPoint = { uuid, open: [], radios: [] };

/**
 * Returns what a point may emit in a minute, dBm, worked out from what is declared and nothing else. `undefined` is a
 * point that does not know the time: the least of the week.
 */
export function declaredLevel(
  { open, radios }: AccessPoint,
  band: "2.4 GHz" | "5 GHz",
  moment: Moment | undefined,
): number {
  const radio = radios.find((each) => each.band === band);
  if (radio === undefined) return Number.NEGATIVE_INFINITY;
  const within = (spans: readonly Span[], minute: number) =>
    spans.some(({ from, to }) => from <= minute && minute < to);
  const always = Array.from({ length: 7 * 24 * 60 }, (_, minute) => minute).every((minute) =>
    within(open, minute),
  );
  if (always) return radio.power;
  if (moment === undefined) return Number.NEGATIVE_INFINITY;
  const minute = (moment.day - 1) * 24 * 60 + moment.minute;
  if (!within(open, minute)) return Number.NEGATIVE_INFINITY;
  if (!within(network.quietHours, minute)) return radio.power;
  const kept = band === "2.4 GHz" || radios.length === 1;
  return kept ? Math.max(Math.min(1, radio.power), radio.power - 6) : Number.NEGATIVE_INFINITY;
}

const bands = { radio0: "2.4 GHz", radio1: "5 GHz" } as const;

/** One point and what is true of it: what it has, and what it may have instead while an update is not complete. */
class Life {
  private serial = 0;
  private readonly archives: Buffer[] = [];
  private has = silent;
  private maybe: AccessPoint | undefined;
  private pending: Buffer | undefined;
  private known = false;

  constructor(
    private readonly point: OpenWrtPoint,
    private readonly moments: readonly Moment[],
    private readonly tally: ConfigurationsTally,
  ) {}

  async take(next: Step): Promise<void> {
    switch (next.kind) {
      case "hostile": {
        const all = Object.values(hostile);
        const good = signed(membersFor({ ...this.has, radios: [] }), { serial: this.serial + 1 });
        const { make } = all[next.which % all.length] ?? { make: () => Buffer.alloc(0) };
        await this.refused(make(good), "hostile");
        break;
      }
      case "replay": {
        const before = this.archives.slice(0, -1);
        const old = before[next.which % before.length];
        if (old) await this.refused(old, "replayed");
        break;
      }
      case "again": {
        this.serial += 1;
        const archive = archiveOf(this.has, { serial: this.serial });
        this.archives.push(archive);
        const { result, log } = await this.point.update(archive);
        if (result !== "applied") throw new Error(`refused though signed: ${log}`);
        this.tally.again += 1;
        break;
      }
      case "restart":
        await this.restart();
        break;
      default:
        await this.change(next);
    }
    await this.compare();
  }

  private async change({ kind, to, after }: Extract<Step, { to: AccessPoint }>): Promise<void> {
    this.serial += 1;
    const archive = archiveOf(to, { serial: this.serial });
    this.archives.push(archive);
    const { result, log } = await this.point.update(archive, {
      reachable: kind !== "go back",
      cutAfter: kind === "cut" ? after : kind === "cut at the serial" ? "sync" : undefined,
    });
    if (result === "cut") {
      this.tally.cut += 1;
      this.maybe = to;
      this.pending = archive;
      await this.restart();
      await this.compare();
      const again = await this.point.update(archive);
      if (again.result !== "applied") throw new Error(`after a cut: ${again.log}`);
    } else if (kind === "go back") {
      if (result !== "error") throw new Error(`it stayed: ${log}`);
      this.tally.wentBack += 1;
      return;
    } else if (result !== "applied") throw new Error(`refused though signed: ${log}`);
    this.tally.applied += 1;
    this.has = to;
    this.maybe = undefined;
    this.pending = undefined;
  }

  private async refused(archive: Buffer, count: "hostile" | "replayed"): Promise<void> {
    const { result, log } = await this.point.update(archive);
    if (result !== "error" || !log.includes("hotspot-update: refused: ")) {
      throw new Error(`${count}, and it was ${result}: ${log}`);
    }
    const marks = await this.point.shell("find / -name '*PWNED*' | head");
    if (marks.all !== "") throw new Error(`a command of an archive was run: ${marks.all}`);
    this.tally[count] += 1;
  }

  private async restart(): Promise<void> {
    this.tally.restarts += 1;
    await this.point.restart();
    this.known = false;
    await this.compare();
  }

  /** Every radio at some minutes: as declared, or no more than either when an update is not complete. */
  private async compare(): Promise<void> {
    for (const moment of this.moments) {
      this.point.clock(moment);
      await this.point.everyMinute();
      const radios = this.point.radios();
      for (const [name, band] of Object.entries(bands)) this.compareOne(radios[name], name, band, moment);
      this.tally.compared += 1;
    }
    if (this.known) return;
    this.known = true;
    await this.point.timeKnown();
    await this.compare();
  }

  private compareOne(
    emitted: Emitted | undefined,
    name: string,
    band: "2.4 GHz" | "5 GHz",
    { day, minute }: Moment,
  ): void {
    const moment = this.known ? { day, minute } : undefined;
    const level = emitted === undefined || emitted === "off" ? Number.NEGATIVE_INFINITY : emitted.dBm;
    const expected = declaredLevel(this.has, band, moment);
    const most = Math.max(expected, this.maybe ? declaredLevel(this.maybe, band, moment) : expected);
    const channel = this.has.radios.find((each) => each.band === band)?.channel;
    const right =
      this.pending === undefined
        ? level === expected && (typeof emitted !== "object" || emitted.channel === channel)
        : level <= most;
    if (right) return;
    throw new Error(
      `day ${day}, minute ${minute}, time ${this.known ? "known" : "unknown"}: ${name} emits ${JSON.stringify(emitted)}, and ${expected} is declared${this.pending ? `, or ${most}` : ""}`,
    );
  }
}

/** The lives that a seed gives. */
export function livesOf({ seed, count }: { seed: number; count: number }): Sequence[] {
  return fc.sample(sequence, { seed, numRuns: count });
}

async function live(
  root: OpenWrtRoot,
  { version, prepared, steps, moments }: Sequence,
  tally: ConfigurationsTally,
) {
  const device = await OpenWrtPoint.make(root, version);
  if (prepared) {
    const provisioning = {
      url: "https://hotspots.bron.test",
      publicKey: key.publicKey,
      keys: { [uuid]: "00ff" },
    };
    device.unpack(preparation(uuid, provisioning));
    await device.restart();
  } else {
    device.write("etc/config/openwisp", `config controller 'http'\n\toption uuid '${uuid}'\n`);
  }
  const life = new Life(device, moments, tally);
  // The first configuration of a point that was not prepared brings what verifies the others.
  await life.take({ kind: "change", to: silent, after: 0 });
  for (const each of steps) await life.take(each);
}

/**
 * Random lives of points under the rules of openwisp-config: configurations that follow each other, cut and taken back
 * updates, restarts, archives of strangers and of before. Throws at the first radio that does not what is declared.
 */
export async function configurationsCampaign({
  seed,
  count,
}: {
  seed: number;
  count: number;
}): Promise<ConfigurationsTally> {
  const tally = {
    sequences: 0,
    applied: 0,
    wentBack: 0,
    cut: 0,
    hostile: 0,
    replayed: 0,
    again: 0,
    restarts: 0,
    compared: 0,
  };
  const root = await OpenWrtRoot.make();
  try {
    for (const [index, each] of livesOf({ seed, count }).entries()) {
      await live(root, each, tally).catch((error: unknown) => {
        throw new Error(
          `point ${index}, ${JSON.stringify(each)}: ${error instanceof Error ? error.message : error}`,
        );
      });
      tally.sequences += 1;
    }
  } finally {
    root.remove();
  }
  return tally;
}

/** `npm run campaign hotspot-configurations`: random lives of points of Wi-Fi, each radio as the newest configuration says. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, count: { type: "string", default: "100" } },
  });
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  console.log(`Seed ${seed}`);
  const tally = await configurationsCampaign({ seed, count: Number(values.count) });
  console.log(
    `${tally.sequences} points: ${tally.applied} configurations applied, ${tally.wentBack} taken back, ${tally.cut} cut, ${tally.restarts} restarts; ${tally.again} times the serial alone; ${tally.hostile} hostile archives and ${tally.replayed} of before refused; ${tally.compared} minutes compared, each as declared.`,
  );
}
