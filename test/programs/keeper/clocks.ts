import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages, missingPackages } from "../../../local/packages.ts";

/** A process whose clock can be set. */
export type Clock = "server" | "vault" | "keeper";

const multiarch: Record<string, string> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** Clocks of a site's processes: Debian's libfaketime if they can be set, this machine's otherwise. */
export class Clocks {
  private constructor(
    private readonly folder: string,
    private readonly areSettable: boolean,
  ) {}

  static async of(folder: string, areSettable = false): Promise<Clocks> {
    if (areSettable) await installPackages(await missingPackages(["libfaketime"]));
    return new Clocks(folder, areSettable);
  }

  /** Returns a command whose program has a clock of its own, which goes right at first. */
  with(clock: Clock, ...command: string[]): readonly [string, ...string[]] {
    if (!this.areSettable) return ["env", ...command];
    this.set(clock, 0);
    return [
      "env",
      `LD_PRELOAD=/usr/lib/${multiarch[process.arch] ?? ""}/faketime/libfaketimeMT.so.1`,
      ...[`FAKETIME_TIMESTAMP_FILE=${this.file(clock)}`, "FAKETIME_NO_CACHE=1"],
      ...["FAKETIME_DONT_FAKE_MONOTONIC=1", ...command],
    ];
  }

  /** Sets a clock, which goes on from there. @param seconds from the right time, `-3600` an hour late. */
  set(clock: Clock, seconds: number): void {
    writeFileSync(this.file(clock), `${seconds < 0 ? "" : "+"}${seconds}\n`, { mode: 0o644 });
  }

  private file(clock: Clock): string {
    return join(this.folder, `clock-${clock}`);
  }
}
