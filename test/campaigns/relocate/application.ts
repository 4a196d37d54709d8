import type { Site } from "./sites.ts";

/** An association of a commune, by its id, as files and namespaces name it. */
export interface AssociationPlace {
  commune: string;
  id: string;
}

/** An application of an association, with files on a volume and rows on some server. */
export interface Application {
  /** As points and commands name it. */
  service: string;
  address: string;
  /** Writes so many MiB of files, and a table. */
  fill(site: Site, mib: number): Promise<void>;
  /**
   * Files, their sums and rows, in one line.
   *
   * @param commune another one that has the same, as a copy of it has.
   */
  contents(site: Site, commune: string): Promise<string>;
}

/** Runs kubectl on a site. */
export type OnSite = (site: Site, ...words: readonly string[]) => Promise<string>;

/** Domain of a commune's associations. */
export const domainOf = (commune: string) => `assos-${commune}.test`;

/** A hundred files of so many MiB in all; what is in them is drawn. */
export const filesOf = (folder: string, mib: number) =>
  `for i in $(seq 100); do head -c ${Math.round((mib * 1024 * 1024) / 100)} /dev/urandom > ${folder}/$i; done`;

/** Sums and number of files; what a restore writes beside them to know what it has done is not the site's. */
export const sumsOf = (folder: string) =>
  `cd ${folder} && find . -type f -not -path './.restore-*' -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f -not -path './.restore-*' | wc -l`;
