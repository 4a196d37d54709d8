import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { pointsFolders, pointsSecrets, workFiles } from "../../../components/recovery/points/settings.ts";
import { environmentText } from "../../../programs/restore-point/restic.ts";

/** Result of a script, and the folder in which it left its files. */
interface RowsRun {
  exitCode: number | undefined;
  said: string;
  work: string;
}

/** The containers of a pod that dump and load rows, as processes of this machine. */
export class RowsPod {
  /**
   * @param folder for the files of all runs.
   * @param restic the program.
   * @param repository restic's environment.
   */
  constructor(
    private readonly folder: string,
    restic: string,
    private readonly repository: Readonly<Record<string, string>>,
  ) {
    for (const name of ["secrets", "tools"]) mkdirSync(join(folder, name), { recursive: true });
    symlinkSync(restic, join(folder, "tools", "restic"));
    writeFileSync(join(folder, "secrets", pointsSecrets.databasePassword), "of the superuser");
  }

  /**
   * Runs a script in a folder of its own.
   *
   * @param files that an earlier container left there, by their names.
   * @param env of the container: `PGHOST` and so on.
   */
  async runs(
    script: string,
    name: string,
    { env, files = {} }: { env: Readonly<Record<string, string>>; files?: Readonly<Record<string, string>> },
  ): Promise<RowsRun> {
    const work = join(this.folder, name);
    mkdirSync(work, { recursive: true });
    const left = { ...files, [workFiles.repository]: environmentText(this.repository) };
    for (const [file, text] of Object.entries(left)) writeFileSync(join(work, file), text);
    const here = script
      .replaceAll(pointsFolders.secrets, join(this.folder, "secrets"))
      .replaceAll(`${pointsFolders.tools}/`, `${join(this.folder, "tools")}/`)
      .replaceAll(`cd ${pointsFolders.work}`, `cd ${work}`);
    const { exitCode, all } = await execa("bash", ["-euo", "pipefail", "-c", here], {
      env: { COMMUNE: "villeurbanne", TZ: "UTC", ...env },
      reject: false,
      all: true,
    });
    return { exitCode, said: all, work };
  }
}
