import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** Asks Pulumi's command line. */
type Ask = (words: readonly string[], input?: string) => Promise<string>;

const exported = z.looseObject({
  deployment: z.looseObject({ resources: z.array(z.unknown()).nullish() }),
});

/**
 * Keeps the state of a stack, with its secrets encrypted as they are, in a file, and leaves the stack without
 * resources: nothing on their cluster is touched. Returns the file; undefined if the stack had no resources.
 */
export async function putAside(ask: Ask, id: string, folder: string): Promise<string | undefined> {
  const text = await ask(["stack", "export", "-s", id]);
  const state = exported.parse(JSON.parse(text));
  if ((state.deployment.resources ?? []).length === 0) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${id}-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}.json`);
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  const { resources: _, pending_operations: __, ...deployment } = state.deployment;
  await ask(
    ["stack", "import", "-s", id],
    JSON.stringify({ ...state, deployment: { ...deployment, resources: [] } }),
  );
  return file;
}
