import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { GoModule } from "../../../local/toolchain/modules.ts";

/**
 * A double of `go` on PATH: `go env GOVERSION` prints a version, `go build` runs a script with the output file in
 * `$output` and the package in `$package`, and every build is written to a list.
 */
export class FakeGo {
  readonly root = mkdtempSync(join(tmpdir(), "fake-go-"));
  readonly cache = join(this.root, "cache");
  private readonly list = join(this.root, "builds");

  constructor(build = 'printf "program %s" "$package" > "$output"', version = "go1.26.8") {
    mkdirSync(join(this.root, "bin"));
    writeFileSync(this.list, "");
    this.write(build, version);
  }

  /** Replaces what the double does. */
  write(build: string, version = "go1.26.8"): void {
    const script = `#!/bin/bash
[ "$1" = env ] && { echo ${version}; exit; }
while [ $# -gt 1 ]; do [ "$1" = -o ] && output=$2; shift; done
package=$1
echo "start $package" >> ${this.list}
${build}
code=$?
echo "end $package" >> ${this.list}
exit $code
`;
    const path = join(this.root, "bin", "go");
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  }

  /** PATH with the double before everything else. */
  get path(): string {
    return [join(this.root, "bin"), process.env.PATH].join(delimiter);
  }

  /** The packages built so far. */
  get builds(): string[] {
    return this.lines("end");
  }

  /** How many builds ran at the same time at most. */
  get concurrency(): number {
    let running = 0;
    let most = 0;
    for (const line of readFileSync(this.list, "utf8").split("\n")) {
      if (line.startsWith("start")) most = Math.max(most, ++running);
      if (line.startsWith("end")) running--;
    }
    return most;
  }

  /** A module of its own with these programs. */
  module(name: string, programs: string[], options: { go?: string; own?: boolean } = {}): GoModule {
    const folder = join(this.root, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "go.mod"), `module example.test/${name}\n\ngo ${options.go ?? "1.26"}\n`);
    writeFileSync(join(folder, "main.go"), "package main\n");
    const packages = Object.fromEntries(programs.map((program) => [program, `./${program}`]));
    return { name, folder, programs: packages, own: options.own ?? false };
  }

  private lines(word: string): string[] {
    const lines = readFileSync(this.list, "utf8").split("\n");
    return lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1));
  }
}
