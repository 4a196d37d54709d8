import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

/** An app as its publisher would release it for the double: a name, a version, the servers that it is for. */
export interface Release {
  id: string;
  version: string;
  from: number;
  to: number;
  /** Changed by somebody after it was signed. */
  tampered?: boolean;
}

/** Archives by file name, base64, as a ConfigMap's `binaryData` takes them. */
export async function archivesOf(releases: readonly Release[]): Promise<Record<string, string>> {
  const entries = await Promise.all(
    releases.map(async (release) => [`${release.id}-v${release.version}.tar.gz`, await archive(release)]),
  );
  return Object.fromEntries(entries);
}

async function archive({ id, version, from, to, tampered }: Release): Promise<string> {
  const info = `<?xml version="1.0"?>\n<info><id>${id}</id><version>${version}</version><dependencies><nextcloud min-version="${from}" max-version="${to}"/></dependencies></info>\n`;
  const files: Record<string, string> = { "appinfo/info.xml": info, "lib/app.php": `<?php // ${version}\n` };
  const hashes = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, createHash("sha512").update(text).digest("hex")]),
  );
  const signature = JSON.stringify({ hashes, signature: "", certificate: `CN=${id}` });
  if (tampered) files["lib/app.php"] += "system($_GET['x']);\n";
  const folder = await mkdtemp(join(tmpdir(), "app-"));
  for (const [name, text] of Object.entries({ ...files, "appinfo/signature.json": signature })) {
    const path = join(folder, id, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await execa("tar", ["-czf", join(folder, "app.tar.gz"), "-C", folder, id]);
  const packed = await readFile(join(folder, "app.tar.gz"));
  await rm(folder, { recursive: true });
  return packed.toString("base64");
}
