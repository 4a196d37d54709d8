/** Emissions of a device through a week, as its UCI text sets them. */
export interface Emission {
  /** Per radio: transmit power in dBm, or nothing when it is off. */
  radios: Record<string, number | null>;
  /** Channels of the radios that are not off; absent in what was kept before 25 November 2026. */
  channels?: Record<string, number>;
  /** Lines `days,from,to,radio,level` of the schedule, as the device reads them. */
  periods: string[];
}

/** Reads the wireless radios and the schedule out of UCI text. */
export function emissionOf(uci: string): Emission {
  const radios: Emission["radios"] = {};
  const channels: Record<string, number> = {};
  for (const section of uci.split(/^config /m)) {
    const [, name] = /^wifi-device '([^']+)'/.exec(section) ?? [];
    if (name === undefined) continue;
    const power = Number(/^\toption txpower '(\d+)'$/m.exec(section)?.[1]);
    radios[name] = /^\toption disabled '1'$/m.test(section) ? null : power;
    if (radios[name] !== null) channels[name] = Number(/^\toption channel '(\d+)'$/m.exec(section)?.[1]);
  }
  const periods = [...uci.matchAll(/^\tlist period '([^']+)'$/gm)].map(([, period = ""]) => period);
  return { radios, channels, periods };
}

/** Whether there is a minute of the week in which a radio emits less than it did. */
export function emitsLess(now: Emission, before: Emission): boolean {
  const moments = momentsOf([...now.periods, ...before.periods]);
  return Object.keys(before.radios).some((radio) =>
    moments.some((moment) => levelAt(now, radio, moment) < levelAt(before, radio, moment)),
  );
}

/** A minute of a week, as periods tell it. */
export interface Moment {
  /** ISO day, 1 is Monday. */
  day: string;
  /** HHMM, as a number. */
  time: number;
}

/** Minutes that stand for all of a week: levels change at the bounds of periods only. */
export function momentsOf(periods: readonly string[]): Moment[] {
  const times = [0, ...periods.flatMap((period) => period.split(",").slice(1, 3).map(Number))];
  return [..."1234567"].flatMap((day) => times.map((time) => ({ day, time })));
}

/** Returns the power that a radio emits in a minute, dBm; minus infinity is off. */
export function levelAt({ radios, periods }: Emission, radio: string, { day, time }: Moment): number {
  const full = radios[radio] ?? Number.NEGATIVE_INFINITY;
  for (const period of periods) {
    const [days = "", from, to, name, level] = period.split(",");
    if (name !== radio || !days.includes(day) || time < Number(from) || time >= Number(to)) continue;
    return level === "off" ? Number.NEGATIVE_INFINITY : Math.min(full, Number(level));
  }
  return full;
}
