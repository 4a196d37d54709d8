import { chmodSync, cpSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { inCommune, inStacks, sharedFiles } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { writeJson, writeWhole } from "../../local/cluster/files.ts";
import manifest from "../../package.json" with { type: "json" };
import { spoken, spokenError } from "../language.ts";
import { bringData, isThere } from "./data.ts";
import { dataFiles } from "./data-files.ts";
import {
  declarationFolder,
  type Export,
  exportFile,
  exportForm,
  givenFile,
  notTaken,
  readmeFile,
  returnFile,
  secretsFolder,
  seedFile,
  settingsFile,
  sumsFile,
  sumsText,
} from "./folder.ts";
import { emptyClaims, wakingCommands } from "./leaving.ts";
import type { Departure, Surroundings } from "./prepare.ts";
import { begunIn, forgetProgress, keepProgress, type Progress } from "./progress.ts";
import { readme } from "./readme.ts";
import { returnOf, returnScript } from "./return.ts";
import { documents, stagesOf } from "./stages.ts";

/**
 * Writes everything beside its destination, and renames it when it is whole. Throws with what is left if it is
 * interrupted.
 */
export async function carryOut(surroundings: Surroundings, departure: Departure): Promise<void> {
  const { id, target, context, services } = departure;
  const part = `${target}.part`;
  const points = services.map(({ points: { service }, manifest }) => `${service}=${pointId(manifest)}`);
  const progress: Progress = { commune: id, points, done: begunIn(part, id)?.done ?? {} };
  const all = services.flatMap((leaving) => dataFiles(leaving));
  const keep = () => keepProgress(part, progress);
  mkdirSync(part, { recursive: true, mode: 0o700 });
  keep();
  try {
    for (const leaving of services) {
      console.log(
        spoken({
          en: `${leaving.points.service}: as of ${pointId(leaving.manifest)}, from ${leaving.hosts[0]}`,
          fr: `${leaving.points.service} : comme au ${pointId(leaving.manifest)}, de ${leaving.hosts[0]}`,
        }),
      );
      mkdirSync(join(part, "donnees", leaving.points.service), { recursive: true });
      await bringData(surroundings, leaving, {
        ...{ folder: part, context, hosts: leaving.hosts },
        done: (path) => isThere(part, path, progress.done),
        said(line, { path }, { bytes, sha256 }) {
          progress.done[path] = { bytes, sha256 };
          keep();
          console.log(line);
        },
      });
    }
    const { empty } = await writeRest(surroundings, departure, part);
    for (const claim of empty)
      console.log(
        spoken({
          en: `! ${claim} is in no restore point, and begins empty`,
          fr: `! ${claim} n’est dans aucun point de restauration, et repart vide`,
        }),
      );
    forgetProgress(part);
    writeWhole(join(part, sumsFile), await sumsText(part), 0o600);
    renameSync(part, target);
  } catch (error) {
    const left = all.filter(({ path }) => progress.done[path] === undefined);
    throw new TranslatedError(
      {
        en: `${spokenError(error)}\nThe export is not whole: ${left.length} of ${all.length} files of data are missing in ${part}${left.length === 0 ? "" : ` (${left.map(({ path }) => path).join(", ")})`}. Run it again, and it goes on; or remove it: rm -r ${part}`,
        fr: `${spokenError(error)}\nL’export n’est pas complet : ${left.length} des ${all.length} fichiers de données manquent dans ${part}${left.length === 0 ? "" : ` (${left.map(({ path }) => path).join(", ")})`}. Relancez, et il continue ; ou supprimez-le : rm -r ${part}`,
      },
      { cause: error },
    );
  }
  console.log(
    spoken({
      en: `${target}: everything of ${id}, and everything that opens it. ${join(target, readmeFile)} says how it comes back. Carry it encrypted.`,
      fr: `${target} : tout de ${id}, et tout ce qui l’ouvre. ${join(target, readmeFile)} dit comment cela revient. Transportez-le chiffré.`,
    }),
  );
}

/** Everything but the data. */
async function writeRest(surroundings: Surroundings, departure: Departure, part: string): Promise<Export> {
  const { id, context, applied, services, seed, without, titles } = departure;
  const write = (path: string, text: string) => writeWhole(join(part, path), text, 0o600);
  const stages = stagesOf(applied);
  for (const { file, objects } of [stages.first, stages.secrets, ...stages.workloads, stages.last]) {
    write(file, documents(objects));
  }
  const returns = services.map((leaving) => returnOf(applied, leaving));
  for (const { files } of returns) for (const [path, text] of Object.entries(files)) write(path, text);
  write(returnFile, returnScript(returns));
  copyDeclaration(surroundings.stacks, id, part);
  const settings = await surroundings.engine(id, context, ["config", "--show-secrets", "--json", "-s", id]);
  const { plain, given } = settingsOf(settings);
  write(settingsFile, `${JSON.stringify(plain, undefined, 2)}\n`);
  write(givenFile, `${JSON.stringify(given, undefined, 2)}\n`);
  write(seedFile, seed);
  const said: Export = {
    form: exportForm,
    ...{ commune: id, name: departure.name, toolkit: manifest.version, without: [...without] },
    exportedAt: surroundings.now().toISOString(),
    seed: seedFingerprint(seed, id),
    services: services.map((leaving) => ({
      service: leaving.points.service,
      version: leaving.manifest.running.version,
      host: leaving.manifest.running.host,
      point: pointId(leaving.manifest),
      data: dataFiles(leaving).map(({ path, bytes, content }) => ({ path, bytes, content })),
    })),
    empty: emptyClaims(id, applied, services),
  };
  write(readmeFile, readme({ said, stages, applied, titles, waking: wakingCommands(id, applied) }));
  writeJson(join(part, exportFile), said, 0o600);
  chmodSync(join(part, secretsFolder), 0o700);
  return said;
}

/** Copies the declaration, with what else is read with it. */
function copyDeclaration(stacks: string, id: string, part: string): void {
  const folder = join(part, declarationFolder);
  const all = { [id]: inCommune(stacks, id) };
  for (const name of sharedFiles) all[name] = inStacks(stacks, name);
  for (const [name, there] of Object.entries(all))
    if (existsSync(there)) cpSync(there, join(folder, name), { recursive: true });
}

/** Settings of a stack: those that anybody may read, and those that somebody gave in confidence. The cluster is another one. */
function settingsOf(text: string): Record<"plain" | "given", Record<string, string>> {
  const all = Object.entries(JSON.parse(text) as Record<string, { value?: string; secret: boolean }>);
  const of = (isSecret: boolean) =>
    all.flatMap(([key, { value, secret }]): [string, string][] =>
      secret === isSecret && value !== undefined && key.startsWith("commune:") && !notTaken.includes(key)
        ? [[key, value]]
        : [],
    );
  return { plain: Object.fromEntries(of(false)), given: Object.fromEntries(of(true)) };
}
