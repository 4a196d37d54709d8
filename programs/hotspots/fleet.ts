import { createHash, timingSafeEqual } from "node:crypto";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";
import { emitsLess } from "../../components/places/hotspots/emission.ts";
import { begin, nextPoints, type PendingPoint, rolloutId } from "../../components/places/hotspots/rollout.ts";
import type { Configuration, Wanted } from "./configuration.ts";
import { differencesFrom, type Observation } from "./observation.ts";
import type { DeviceState, StateFolder } from "./state.ts";

/** Status of one device, for people and programs. */
export interface DeviceStatus {
  uuid: string;
  quarter: string;
  /**
   * Waiting: it has not fetched or not reported yet; held: the change has not reached it yet; removed: not declared.
   */
  state: "applied" | "waiting" | "held" | "error";
  declared: boolean;
  wanted: string;
  served: string;
  applied: string | null;
  /** Serial of the archive that it last reported as applied: it refuses what was signed before that. */
  serial: number | null;
  /** Radios as it is served: their full power in dBm, or off. */
  radios: Record<string, number | "off">;
  /** Radios as it last reported them: networks on the air, none if a radio is off. */
  observed: { at: string; radios: Observation["radios"] } | null;
  /** Differences between the two, in sentences. */
  differences: string[];
  lastSeen: string | null;
  reason?: string;
  model?: string;
}

export interface FleetStatus {
  devices: DeviceStatus[];
  /** Serial of what is signed now. A hotspot with a smaller one has not asked since, or is held. */
  serial: number;
  rollout: { id: string; startedAt: string; stopped: boolean; errors: number; held: number } | null;
}

/** Decides what each device is served, and remembers its reports. */
export class Fleet {
  private readonly states: Map<string, DeviceState>;
  private readonly seen: Map<string, number>;

  constructor(
    private readonly configuration: Configuration,
    private readonly folder: StateFolder,
    private readonly now: () => number = Date.now,
  ) {
    this.states = new Map(folder.devices().map((state) => [state.uuid, state]));
    this.seen = new Map(Object.entries(folder.seen()));
  }

  /** Whether a device was ever declared, whoever asks. */
  knows(uuid: string): boolean {
    return this.configuration.devices.has(uuid) || this.states.has(uuid);
  }

  /** Whether a device is known, and proves it: `unknown` never, `refused` with another key. */
  identify(uuid: string, key: string): "known" | "refused" | "unknown" {
    const expected = this.configuration.devices.get(uuid);
    const hash = expected ? hashOf(expected.key) : this.states.get(uuid)?.keyHash;
    if (hash === undefined) return "unknown";
    return timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(key))) ? "known" : "refused";
  }

  /** The md5 of what an identified device is served. */
  checksum(uuid: string): string {
    this.seen.set(uuid, this.now());
    const { md5 } = this.stateOf(uuid).served;
    return md5 ?? md5Of(this.make(uuid));
  }

  /**
   * Archive for an identified device. If it asks for the archive of before a change that is held from it, it has lost
   * that one, and nobody has it any more: it gets the new one.
   */
  archive(uuid: string): Buffer {
    const bytes = this.make(uuid);
    const state = this.stateOf(uuid);
    const { version, serial } = state.served;
    this.save({ ...state, fetched: version, ...(serial === undefined ? {} : { fetchedSerial: serial }) });
    return bytes;
  }

  /** Records what a device reported about the version that it fetched last. */
  report(uuid: string, status: "applied" | "error", reason: string): void {
    const state = this.stateOf(uuid);
    const version = state.fetched ?? state.served.version;
    this.seen.set(uuid, this.now());
    this.save({
      ...state,
      ...(status === "applied" && state.fetchedSerial !== undefined ? { serial: state.fetchedSerial } : {}),
      report: {
        status,
        version,
        at: this.now(),
        ...(reason === "" ? {} : { reason: reason.slice(0, 1100) }),
      },
    });
  }

  /** Writes down what a device's radios do. */
  observe(uuid: string, observed: Omit<Observation, "at">): void {
    this.seen.set(uuid, this.now());
    this.save({ ...this.stateOf(uuid), observed: { ...observed, at: this.now() } });
  }

  inform(uuid: string, info: NonNullable<DeviceState["info"]>): void {
    this.save({ ...this.stateOf(uuid), info });
  }

  /**
   * Serves what is due: what is new, what makes a device emit less, what differs by its serial alone, and the next points
   * of the rollout. To be called at the start and then every now and then.
   */
  advance(): void {
    const { devices, off, policy } = this.configuration;
    const pending: PendingPoint[] = [];
    for (const device of devices.values()) {
      const state = this.states.get(device.uuid);
      if (state && isServed(state, device)) continue;
      // The updater of a point writes down another serial of the same content, and nothing else happens there.
      const same = state?.served.version === device.version;
      if (!state || same || emitsLess(device.emission, state.served.emission))
        this.serve(device.uuid, device);
      else pending.push(device);
    }
    for (const [uuid, state] of this.states) {
      if (!devices.has(uuid) && !isServed(state, off)) this.serve(uuid, off);
    }
    if (pending.length === 0) return;
    const id = rolloutId(new Map([...devices].map(([uuid, { version }]) => [uuid, version])));
    const known = this.folder.rollout();
    const rollout = known?.id === id ? known : begin(id, pending, policy, this.now());
    if (rollout !== known) this.folder.saveRollout(rollout);
    for (const uuid of nextPoints(rollout, pending, { errors: this.errors(), now: this.now(), policy })) {
      const device = devices.get(uuid);
      if (device) this.serve(uuid, device);
    }
  }

  status(): FleetStatus {
    const list = [...this.states.values()].map((state) => this.deviceStatus(state));
    const held = list.filter(({ state }) => state === "held").length;
    const rollout = this.folder.rollout();
    const errors = this.errors();
    return {
      devices: list.sort((one, other) => (one.uuid < other.uuid ? -1 : 1)),
      serial: this.configuration.off.serial,
      rollout:
        held === 0 || rollout === undefined
          ? null
          : {
              id: rollout.id,
              startedAt: new Date(rollout.startedAt).toISOString(),
              stopped: errors >= this.configuration.policy.stopAtErrors,
              errors,
              held,
            },
    };
  }

  /** Writes down when each device asked last: not at every question, to spare the disk. */
  saveSeen(): void {
    this.folder.saveSeen(Object.fromEntries(this.seen));
  }

  private errors(): number {
    const { devices } = this.configuration;
    return [...this.states.values()].filter(
      ({ uuid, report }) => report?.status === "error" && report.version === devices.get(uuid)?.version,
    ).length;
  }

  private deviceStatus(state: DeviceState): DeviceStatus {
    const { devices, off } = this.configuration;
    const { uuid, quarter, served, report, observed, info } = state;
    const declared = devices.get(uuid);
    const wanted = declared ?? off;
    const seen = this.seen.get(uuid);
    return {
      uuid,
      quarter,
      state: stateOf(wanted, state),
      declared: declared !== undefined,
      wanted: wanted.version,
      served: served.version,
      applied: report?.status === "applied" ? report.version : null,
      serial: state.serial ?? null,
      radios: Object.fromEntries(
        Object.entries(served.emission.radios).map(([radio, power]) => [radio, power ?? "off"]),
      ),
      observed: observed ? { at: new Date(observed.at).toISOString(), radios: observed.radios } : null,
      differences: observed ? differencesFrom(served.emission, observed) : [],
      lastSeen: seen === undefined ? null : new Date(seen).toISOString(),
      ...(report?.status === "error" && report.reason ? { reason: report.reason } : {}),
      ...(info ? { model: info.model } : {}),
    };
  }

  /** The archive that is wanted for a device, which is from now on what it is served. */
  private make(uuid: string): Buffer {
    const wanted = this.configuration.devices.get(uuid) ?? this.configuration.off;
    if (!isServed(this.stateOf(uuid), wanted)) this.serve(uuid, wanted);
    const bytes = wanted.archive();
    const state = this.stateOf(uuid);
    const md5 = md5Of(bytes);
    if (state.served.md5 !== md5) this.save({ ...state, served: { ...state.served, md5 } });
    return bytes;
  }

  private stateOf(uuid: string): DeviceState {
    const state = this.states.get(uuid);
    if (state === undefined) throw new Error(`${uuid} is served nothing yet.`);
    return state;
  }

  private serve(uuid: string, wanted: Wanted): void {
    const before = this.states.get(uuid);
    const device = this.configuration.devices.get(uuid);
    this.save({
      ...before,
      uuid,
      quarter: device?.quarter ?? before?.quarter ?? "",
      keyHash: device ? hashOf(device.key) : (before?.keyHash ?? ""),
      served: { version: wanted.version, serial: wanted.serial, emission: wanted.emission },
    });
  }

  private save(state: DeviceState): void {
    this.states.set(state.uuid, state);
    this.folder.saveDevice(state);
  }
}

/** Whether a device is served this very archive. */
function isServed({ served }: DeviceState, { version, serial }: Wanted): boolean {
  return served.version === version && served.serial === serial;
}

function stateOf(wanted: Wanted, { served, report }: DeviceState): DeviceStatus["state"] {
  if (served.version !== wanted.version) return "held";
  if (report?.version !== wanted.version) return "waiting";
  return report.status;
}

/** The agent compares archives by it. */
function md5Of(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

function hashOf(key: string): string {
  return sha256(key);
}
