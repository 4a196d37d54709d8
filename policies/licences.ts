/**
 * Licences that the Open Source Initiative has approved, by SPDX identifier: those of software that runs on servers.
 * Whatever else the catalogue names is looked up before it is put here. Source: https://opensource.org/licenses
 */
export const freeLicences: ReadonlySet<string> = new Set([
  ...[
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "OLDAP-2.8",
    "PostgreSQL",
    "Unlicense",
    "Zlib",
  ],
  ...["Apache-2.0", "Artistic-2.0", "MPL-2.0", "EPL-2.0", "EUPL-1.2", "CECILL-2.1", "PHP-3.01", "OFL-1.1"],
  ...["LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"],
  ...["GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"],
  ...["AGPL-3.0-only", "AGPL-3.0-or-later"],
]);
