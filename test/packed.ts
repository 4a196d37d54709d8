import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { checkout } from "../local/paths.ts";

const packedSchema = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

/** The toolkit as it is published: its archive, its sizes in bytes, and the files in it. */
export type Packed = z.output<typeof packedSchema>[0];

/** Builds the package and installs it from its archive into a folder, as npm does for whoever takes it. */
export async function installPacked(folder: string): Promise<Packed> {
  await execa("tsx", ["scripts/build.ts"], { cwd: checkout, preferLocal: true });
  const { stdout } = await execa(
    "npm",
    ["pack", "./dist", "--ignore-scripts", "--json", "--pack-destination", folder],
    { cwd: checkout },
  );
  const [packed] = packedSchema.parse(JSON.parse(stdout));
  await execa(
    "npm",
    [
      ...["install", join(folder, packed.filename)],
      ...["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"],
    ],
    { cwd: folder },
  );
  return packed;
}
