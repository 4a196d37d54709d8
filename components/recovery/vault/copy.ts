import { createHash } from "node:crypto";
import { statements } from "./names.ts";
import { copiedTypes, type OpenVault } from "./open-vault.ts";

/** What a copy came to. */
export interface Copied {
  repositories: number;
  /** Files that the other vault did not have, and their bytes. */
  files: number;
  bytes: number;
}

/**
 * Brings to one vault what another one has and it does not: files as they are, without the password of any repository.
 * What went into quarantine there comes back so. Throws where a file is not what its name says, before it is brought.
 *
 * @param only the repositories; all of them when absent.
 * @param report called with each repository that is begun.
 */
export async function copyVault(
  from: OpenVault,
  to: OpenVault,
  {
    only,
    report = () => undefined,
  }: { only?: readonly string[] | undefined; report?: (line: string) => void } = {},
): Promise<Copied> {
  const known = (await from.status()).generations.map(({ name }) => name);
  const missing = only?.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new Error(
      `the vault at ${from.host} has no ${missing}. It has: ${known.join(", ") || "nothing yet"}.`,
    );
  }
  const sum: Copied = { repositories: 0, files: 0, bytes: 0 };
  for (const repository of only ?? known) {
    report(repository);
    await copyRepository({ from, to, repository }, sum);
    sum.repositories += 1;
  }
  return sum;
}

async function copyRepository(
  { from, to, repository }: { from: OpenVault; to: OpenVault; repository: string },
  sum: Copied,
): Promise<void> {
  const config = await from.get(`${repository}/config`);
  // Created, and no more: there is nothing to open.
  if (config === undefined) return;
  await to.put(`${repository}/?create=true`);
  if ((await to.get(`${repository}/config`)) === undefined) {
    sum.files += 1;
    sum.bytes += config.length;
  }
  // Refused there when it is another repository of the same name.
  await to.put(`${repository}/config`, config);
  for (const type of copiedTypes) {
    const there = await to.list(repository, type);
    for (const [name] of await from.list(repository, type)) {
      if (there.has(name)) continue;
      const path = `${repository}/${type}/${name}`;
      const bytes = await from.get(path);
      // Put into quarantine meanwhile.
      if (bytes === undefined) continue;
      if (createHash("sha256").update(bytes).digest("hex") !== name) {
        throw new Error(
          `what the vault at ${from.host} has as ${path} is not what its name says. Nothing of it was brought.`,
        );
      }
      await to.put(path, bytes);
      sum.files += 1;
      sum.bytes += bytes.length;
    }
  }
  for (const statement of statements) {
    const told = await from.get(`${repository}/${statement}`);
    if (told !== undefined) await to.put(`${repository}/${statement}`, told);
  }
}
