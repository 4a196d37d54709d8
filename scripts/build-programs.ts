// Makes dist-programs/, the folder of the package with the local cluster's programs (`npm run package:programs`), and writes
// their checksums into the checkout (docs/decisions/0355-programs-are-a-package-of-their-own.md).
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { goVersion } from "../local/toolchain/go.ts";
import { programCache, progressLine } from "../local/toolchain/index.ts";
import { licencesText, licensesOf } from "../local/toolchain/licences.ts";
import { checksumsFile, checksumsName, programsPackage } from "../local/toolchain/prebuilt.ts";
import { allPrograms, goModule } from "../local/toolchain/programs.ts";
import { checksumsOf, withPrograms } from "../local/toolchain/verify.ts";
import manifest from "../package.json" with { type: "json" };

const folder = toolkitFile("dist-programs");
const programs = new Map(allPrograms.flatMap((group) => Object.entries(group.programs)));
const wanted = { module: goModule, known: allPrograms };

const readme = `# ${programsPackage}

The programs of the local cluster of ${manifest.name} ${manifest.version}, for Linux on amd64: Kubernetes, containerd, etcd,
Traefik, CoreDNS, Pulumi and others. With it, \`npx commune local up\` does not compile them. ${manifest.name} takes a program only
if its SHA-256 is the one in its own \`local/toolchain/${checksumsName}\`; \`npx commune local verify\` compiles them from
their sources and compares the bytes. Sources: the Go modules of \`local/go.mod\` in ${manifest.name}, with their checksums
in \`local/go.sum\`, and that folder itself. Licences: LICENSES.txt.
`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "bin"), { recursive: true });
const go = await goVersion(goModule);
writeFileSync(join(folder, "LICENSES.txt"), licencesText(await licensesOf(goModule, [...programs.values()])));
const { signal } = new AbortController();
let told = "";
const checksums = await withPrograms(
  {
    ...{ ...wanted, cache: programCache(), signal },
    report: ({ finished, ...progress }) => {
      const line = progressLine({ total: programs.size, done: finished, cached: 0, taken: 0, ...progress });
      if (line !== told) console.log(line);
      told = line;
    },
  },
  async (fileOf) => {
    for (const program of programs.keys()) {
      const file = join(folder, "bin", program);
      copyFileSync(fileOf(program), file);
      chmodSync(file, 0o755);
    }
    return checksumsOf(wanted, go, (program) => join(folder, "bin", program));
  },
);
const text = `${JSON.stringify(checksums, undefined, 2)}\n`;
for (const file of [checksumsFile, join(folder, checksumsName)]) writeFileSync(file, text);
writeFileSync(join(folder, "README.md"), readme);
writeFileSync(
  join(folder, "package.json"),
  `${JSON.stringify(
    {
      name: programsPackage,
      version: manifest.version,
      description: `The programs of the local cluster of ${manifest.name}, for Linux on amd64.`,
      // Its own programs are under the EUPL, all others under the licences of their authors.
      license: "SEE LICENSE IN LICENSES.txt",
      os: ["linux"],
      cpu: ["x64"],
      // npm packs what is listed; nothing runs when it is installed.
      files: ["bin", checksumsName, "LICENSES.txt"],
    },
    undefined,
    2,
  )}\n`,
);
