import { Command } from "commander";
import { foldersAddress } from "../components/commune/facts.ts";
import { loadCommune } from "../components/commune/load.ts";
import { show } from "../components/foundation/declaration/show.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { pack } from "../components/schools/kit/package.ts";
import { schoolKit } from "../components/schools/kit/school.ts";
import { spaceKit } from "../components/schools/kit/space.ts";
import { spoken } from "./language.ts";
import { adviceOn } from "./undeclared.ts";

/** Version of a kit: the minute in which it was built, so that a later one is newer. */
export function kitVersion(time: number): string {
  return new Date(time * 1000)
    .toISOString()
    .slice(0, 16)
    .replaceAll("-", "")
    .replace("T", ".")
    .replace(":", "");
}

/** Time at which the kit is built, in seconds: SOURCE_DATE_EPOCH if it is set (https://reproducible-builds.org). */
export function buildTime(): number {
  return Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000));
}

/** `commune workstation <commune> <place>`: the Debian package of a school's or a space's workstations. */
export function kitCommand(stacks = repositoryFile("stacks")): Command {
  const command = new Command("workstation")
    .description("Build the Debian package that makes a machine a workstation of a school or of a space.")
    .argument("<commune>", "id of the commune")
    .argument("<place>", "id of the school or of the space")
    .option("--out <folder>", "where to write it", ".")
    .option("--json", "print the result as JSON");
  return command.action(async (id: string, place: string, { out, json }: { out: string; json?: true }) => {
    const loaded = loadCommune(stacks, id);
    if (!loaded.ok) throw loaded.error;
    const { declaration } = loaded;
    const time = buildTime();
    const version = kitVersion(time);
    const kit =
      schoolKit(declaration, place, version, foldersAddress(declaration)) ??
      spaceKit(declaration, place, version);
    if (kit === undefined) {
      const known = [
        ...Object.keys(declaration.schools?.establishments ?? {}),
        ...Object.keys(declaration.spaces ?? {}),
      ];
      const advice = adviceOn(place, known);
      const refusal = spoken({
        en: `error: ${id} has no school or space ${show(place)}. ${advice}`,
        fr: `error: ${id} n’a pas d’école ni d’espace ${show(place)}. ${advice}`,
      });
      return command.error(refusal, { exitCode: 2 });
    }
    const file = await pack(kit, out, time);
    console.log(
      json
        ? JSON.stringify({ file, package: kit.name, version, depends: kit.depends }, undefined, 2)
        : spoken({
            en: `${file}: built. Install it with: apt install ./${file.split("/").at(-1)}`,
            fr: `${file} : fait. Installez-le : apt install ./${file.split("/").at(-1)}`,
          }),
    );
  });
}
