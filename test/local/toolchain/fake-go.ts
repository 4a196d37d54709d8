import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { GoModule, ProgramGroup } from "../../../local/toolchain/programs.ts";

/**
 * A double of `go` on PATH: `go env GOVERSION` prints a version, `go list` the packages that it is given and one that
 * all have in common, after the module that it fetches. `go build` names these and, for each package that it is given, runs a script with the output file
 * in `$output` and the package in `$package`, in the order of the command line; every program is written to a list.
 */
export class FakeGo {
  readonly root = mkdtempSync(join(tmpdir(), "fake-go-"));
  readonly cache = join(this.root, "cache");
  private readonly list = join(this.root, "builds");

  constructor(build = 'printf "program %s" "$package" > "$output"', version = "go1.26.8") {
    mkdirSync(join(this.root, "bin"));
    writeFileSync(this.list, "");
    writeFileSync(join(this.root, "source.go"), "x".repeat(1000));
    this.write(build, version);
  }

  /** Replaces what the double does: to build, and before it lists. */
  write(build: string, version = "go1.26.8", beforeList = "true"): void {
    const script = `#!/bin/bash
set -e
[ "$1" = env ] && { echo ${version}; exit; }
command=$1
packages=()
while [ $# -gt 0 ]; do case $1 in -o) out=$2; shift;; ./*) packages+=("$1");; esac; shift; done
if [ $command = list ]; then
  echo "go: downloading example.test/x v1.0.0" >&2
  ${beforeList}
  for name in common "\${packages[@]#./}"; do printf 'example.test/%s\t${this.root}\tsource.go\n' $name; done
  exit
fi
printf '%s\n' "go: downloading x v1" example.test/common >&2
for package in "\${packages[@]}"; do
  echo "example.test/\${package#./}" >&2
  output=$out/\${package##*/}
  ${build}
  echo "$package" >> ${this.list}
done
`;
    const path = join(this.root, "bin", "go");
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  }

  /** PATH with the double before everything else. */
  get path(): string {
    return [join(this.root, "bin"), process.env.PATH].join(delimiter);
  }

  /** The packages of the programs built so far. */
  get builds(): string[] {
    return readFileSync(this.list, "utf8").split("\n").slice(0, -1);
  }

  /** A module whose folder is the double's own. */
  module(go = "1.26"): GoModule {
    const folder = join(this.root, "module");
    mkdirSync(join(folder, "without"), { recursive: true });
    writeFileSync(join(folder, "go.mod"), `module example.test\n\ngo ${go}\n`);
    return { folder, replacements: "without", variables: {} };
  }

  /** A group of programs of the module, `own` ones with a source of their own. */
  group(name: string, programs: string[], own = false): ProgramGroup {
    const packages = Object.fromEntries(programs.map((program) => [program, `./${program}`]));
    if (!own) return { name, programs: packages };
    mkdirSync(join(this.root, "module", name), { recursive: true });
    writeFileSync(join(this.root, "module", name, "main.go"), "package main\n");
    return { name, programs: packages, sources: name };
  }
}
