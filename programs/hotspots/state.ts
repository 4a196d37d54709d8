import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Emission } from "../../components/places/hotspots/emission.ts";
import type { Rollout } from "../../components/places/hotspots/rollout.ts";
import type { Observation } from "./observation.ts";

/** State of one device, as the server knows it. */
export interface DeviceState {
  uuid: string;
  quarter: string;
  /** SHA-256 of its key: a device that is not declared any more still proves who it is. */
  keyHash: string;
  /** Configuration that it gets when it asks; the md5 is known once it has asked. Older servers wrote no serial. */
  served: { version: string; serial?: number; md5?: string; emission: Emission };
  /** Version and serial of the archive that it fetched last. */
  fetched?: string;
  fetchedSerial?: number;
  /** Its report about the last version that it tried. Times in milliseconds since 1970. */
  report?: { status: "applied" | "error"; version: string; reason?: string; at: number };
  /** Serial of the last archive that it reported as applied. */
  serial?: number;
  /** Its last report about its radios. */
  observed?: Observation;
  info?: { model: string; os: string; system: string };
}

/** The folder in which the state of all devices outlives the server: one small file each, written in one step. */
export class StateFolder {
  constructor(private readonly folder: string) {
    mkdirSync(join(folder, "devices"), { recursive: true });
  }

  /** All states; a file that a crash left half written is left out, and its device starts again. */
  devices(): DeviceState[] {
    return readdirSync(join(this.folder, "devices"))
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => this.read<DeviceState>(join("devices", name)) ?? []);
  }

  saveDevice(state: DeviceState): void {
    this.write(join("devices", `${state.uuid}.json`), JSON.stringify(state));
  }

  rollout(): Rollout | undefined {
    return this.read<Rollout>("rollout.json");
  }

  saveRollout(rollout: Rollout): void {
    this.write("rollout.json", JSON.stringify(rollout));
  }

  /** Time at which each device asked last, in milliseconds since 1970. */
  seen(): Record<string, number> {
    return this.read<Record<string, number>>("seen.json") ?? {};
  }

  saveSeen(seen: Record<string, number>): void {
    this.write("seen.json", JSON.stringify(seen));
  }

  private read<T>(name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(join(this.folder, name), "utf8")) as T;
    } catch {
      return undefined;
    }
  }

  private write(name: string, content: string): void {
    const path = join(this.folder, name);
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  }
}
