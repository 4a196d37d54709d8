import { execa } from "execa";
import { sha256 } from "../../foundation/manifest/checksum.ts";
import type { RepositoryKey } from "./key.ts";

/** A package of a repository: its file, and what the repository says of it. */
export interface RepositoryPackage {
  /** Name of the file, beside the lists. */
  file: string;
  bytes: number;
  sha256: string;
  /** The package's own `control`. */
  control: string;
}

/** Owner and address of a repository. */
export interface Repository {
  /** `Villeurbanne`: how apt calls it. */
  origin: string;
  /** Folder that holds the lists and the packages, with a slash at the end. */
  address: string;
  /** Time at which the lists were made. */
  date: Date;
}

/** The control file of a package, by `dpkg-deb`. Throws when it is no package. */
export async function controlOf(file: string): Promise<string> {
  const { exitCode, stdout } = await execa("dpkg-deb", ["--field", file], { reject: false });
  if (exitCode !== 0) throw new Error(`${file} is no Debian package.`);
  return stdout;
}

/** The list of packages. Source: Debian's repository format (https://wiki.debian.org/DebianRepository/Format), "Packages". */
export function packagesList(packages: readonly RepositoryPackage[]): string {
  return [...packages]
    .sort((one, other) => (one.file < other.file ? -1 : 1))
    .map(
      ({ file, bytes, sha256, control }) =>
        `${control.trim()}\nFilename: ./${file}\nSize: ${bytes}\nSHA256: ${sha256}\n`,
    )
    .join("\n");
}

/**
 * Returns the text that is signed: the checksum of the list. The repository is flat, one folder with everything.
 * Source: the same page, "Release".
 */
function releaseText(list: string, { origin, date }: Repository): string {
  const sum = sha256(list);
  return `Origin: ${origin}
Label: ${origin}
Suite: stable
Date: ${date.toUTCString().replace("GMT", "UTC")}
SHA256:
 ${sum} ${Buffer.byteLength(list)} Packages
`;
}

/**
 * Returns the file for `/etc/apt/sources.list.d` of a machine, with the key in it: apt trusts it for this repository
 * alone.
 * Source: sources.list(5) of apt 2.6, "Signed-By".
 */
function sourcesFile({ origin, address }: Repository, { publicKey }: RepositoryKey): string {
  const key = publicKey.trim().replaceAll("\r\n", "\n").split("\n");
  return `# ${origin}
Types: deb
URIs: ${address}
Suites: ./
Signed-By:
${key.map((line) => ` ${line === "" ? "." : line}\n`).join("")}`;
}

/** The files of a repository, beside its packages: by name, `<name>.sources` for machines among them. */
export async function repositoryFiles(
  packages: readonly RepositoryPackage[],
  repository: Repository,
  key: RepositoryKey,
  name: string,
): Promise<Map<string, string>> {
  const list = packagesList(packages);
  const release = releaseText(list, repository);
  return new Map([
    ["Packages", list],
    ["Release", release],
    ["InRelease", await key.sign(release)],
    [`${name}.sources`, sourcesFile(repository, key)],
  ]);
}
