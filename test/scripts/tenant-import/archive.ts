import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import type { Archive } from "../../../components/tenants/exit/archive.ts";
import { seal } from "../../../scripts/tenant/export.ts";
import { type ImportTools, importTenantCommand } from "../../../scripts/tenant/import.ts";

const secret = Buffer.alloc(32, 9);

/** Public key of the commune whose archives these are, as it says on its page. */
export const archiveKey = publicKeyOf(secret);

const whole: Omit<Archive, "files" | "key"> = {
  form: 1,
  ...{
    commune: "lyon",
    communeDomain: "lyon.test",
    id: "chorale",
    name: "Chorale",
    at: "2026-11-27T10:00:00.000Z",
  },
  domain: "chorale.assos-lyon.test",
  applications: { site: { host: "chorale.assos-lyon.test", image: "docker.io/library/nginx:1.29.3" } },
};

/**
 * Writes an archive that is signed as it should be, by whoever has that key.
 *
 * @param said what it says otherwise of itself.
 * @param file the association's declaration in it.
 * @param more does something else to the folder before it is signed.
 */
export async function writeArchive(
  folder: string,
  said: object,
  { file, more = () => {} }: { file: string; more?: () => void },
): Promise<void> {
  mkdirSync(join(folder, "site"), { recursive: true });
  writeFileSync(join(folder, "fiche.yaml"), file);
  writeFileSync(join(folder, "site", "index.html"), "<p>Bonjour");
  more();
  await seal(folder, { ...whole, ...said }, secret);
}

const tools = (stacks: string, answer: string | undefined): ImportTools => ({
  stacks,
  ask: answer === undefined ? undefined : async () => answer,
  now: () => new Date("2026-11-27T10:00:00.000Z"),
  seedOf: async () => undefined,
  kubectl: () => ({ text: () => Promise.reject(new Error("no")), json: async () => ({}) }),
  contextOf: () => undefined,
  vaults: async () => [],
  stream: () => Promise.reject(new Error("no")),
  feed: () => Promise.reject(new Error("no")),
});

/** Imports an archive into Bron. Throws why it does nothing. */
export async function importArchive(
  stacks: string,
  folder: string,
  words: readonly string[] = ["--key", archiveKey],
  answer?: string,
): Promise<void> {
  await importTenantCommand(tools(stacks, answer)).parseAsync(["bron", folder, ...words], { from: "user" });
}
