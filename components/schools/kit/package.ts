import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

/** A file of a package: its content, and whether it is a program. */
export interface PackageFile {
  content: string | Buffer;
  executable?: true;
}

/** Content of a Debian package, before it is packed. */
export interface DebianPackage {
  name: string;
  /** Grows with every build. */
  version: string;
  /** One line, in English as in Debian. */
  summary: string;
  description: string;
  maintainer: string;
  depends: readonly string[];
  recommends: readonly string[];
  /** Other packages that cannot be installed beside it. */
  conflicts: readonly string[];
  /** Names that it answers to. */
  provides: readonly string[];
  /** Files by absolute path. Those below /etc are the administrator's to change. */
  files: ReadonlyMap<string, PackageFile>;
  /** Programs that dpkg runs, and its list of triggers. */
  scripts: Partial<Record<"preinst" | "postinst" | "prerm" | "postrm" | "triggers", string>>;
}

/** Text of `DEBIAN/control`. Source: Debian Policy, chapter 5. */
export function control(kit: DebianPackage): string {
  const { name, version, maintainer, summary, description, depends, recommends, conflicts, provides } = kit;
  const lists = { Depends: depends, Recommends: recommends, Conflicts: conflicts, Provides: provides };
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    "Section: education",
    "Priority: optional",
    "Architecture: all",
    `Maintainer: ${maintainer}`,
    ...Object.entries(lists).flatMap(([field, list]) =>
      list.length > 0 ? [`${field}: ${list.join(", ")}`] : [],
    ),
    `Description: ${summary}`,
    ...description.split("\n").map((line) => (line === "" ? " ." : ` ${line}`)),
    "",
  ].join("\n");
}

/**
 * Packs a package with `dpkg-deb`, Debian's own. The same package packed at the same time is the same file, byte for
 * byte. Throws when dpkg-deb is not there, or refuses.
 *
 * @param time when it was made; every file of it has that time. In seconds.
 * @returns path of the package in `folder`.
 */
export async function pack(kit: DebianPackage, folder: string, time: number): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "kit-"));
  try {
    const all = new Map<string, PackageFile>([
      ...kit.files,
      [`/usr/share/doc/${kit.name}/copyright`, { content: copyright(kit) }],
      ["/DEBIAN/control", { content: control(kit) }],
      ...Object.entries(kit.scripts).map(([name, content]): [string, PackageFile] => [
        `/DEBIAN/${name}`,
        name === "triggers" ? { content } : { content, executable: true },
      ]),
    ]);
    const conffiles = [...kit.files.keys()].filter((path) => path.startsWith("/etc/"));
    if (conffiles.length > 0) all.set("/DEBIAN/conffiles", { content: `${conffiles.join("\n")}\n` });
    for (const [path, { content, executable }] of all) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
      writeFileSync(file, content);
      chmodSync(file, executable ? 0o755 : 0o644);
      utimesSync(file, time, time);
    }
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${kit.name}_${kit.version}_all.deb`);
    chmodSync(root, 0o755);
    await execa("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", root, file], {
      env: { SOURCE_DATE_EPOCH: String(time) },
    });
    return file;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function copyright({ maintainer }: DebianPackage): string {
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: commune-cloud

Files: *
Copyright: ${maintainer}
License: EUPL-1.2
 https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12
`;
}
