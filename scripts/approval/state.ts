import * as z from "zod";
import { approvalKey, logKey } from "../../audit/approval/key.ts";
import { digestOf } from "../../audit/approval/log.ts";
import { byTheClock, countedOutputs } from "../../audit/approval/parts.ts";
import { askEngine, type EnginePlace } from "../engine.ts";
import { seedOf } from "../stack-seed.ts";
import { isSecret } from "./shown.ts";

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** Waits to be deleted after a replacement that did not end. */
  delete: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  protect: z.boolean().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const exported = z.object({ deployment: z.object({ resources: z.array(resource).nullish() }) });

/** State of a stack, as far as an approval needs it. */
export interface StackState {
  resources: ReadonlyMap<string, { type: string; isRetained: boolean; isProtected: boolean }>;
  /** Value that it published after its last complete update; undefined before the first one. */
  published: unknown;
  /** Each of its outputs as a keyed hash, as an approval counts them. */
  outputs: Readonly<Record<string, string>>;
  /** Key with which its values are hashed; undefined if it has no seed yet. */
  key: Buffer | undefined;
  /** Key with which commands sign what they write into its log; undefined if it has no seed yet. */
  logKey: Buffer | undefined;
}

/** Reads a stack's state. Its secrets stay in this process. */
export async function stateOf(place: EnginePlace, id: string): Promise<StackState> {
  const text = await askEngine(place, ["stack", "export", "--show-secrets", "-s", id]);
  const all = (exported.parse(JSON.parse(text)).deployment.resources ?? []).filter((each) => !each.delete);
  const stack = all.find(({ type }) => type === "pulumi:pulumi:Stack");
  const seed = await seedOf(place, id, all);
  const key = seed === undefined ? undefined : approvalKey(seed, id);
  return {
    resources: new Map(
      all.map(({ urn, type, retainOnDelete: isRetained = false, protect: isProtected = false }) => [
        urn,
        { type, isRetained, isProtected },
      ]),
    ),
    published: stack?.outputs?.published,
    outputs: countedOutputs(inTheClear(stack?.outputs ?? {}) as Record<string, unknown>, key, [byTheClock]),
    key,
    logKey: seed === undefined ? undefined : logKey(seed, id),
  };
}

/** Values of an exported state, secrets as they are. */
function inTheClear(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inTheClear);
  const { plaintext } = value as { plaintext?: unknown };
  if (isSecret(value) && typeof plaintext === "string") return inTheClear(JSON.parse(plaintext));
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, inTheClear(below)]));
}

/** Digest that identifies the state of a stack: of the state as it is kept, with secrets encrypted. */
export async function stateDigest(place: EnginePlace, id: string): Promise<string> {
  return digestOf(await askEngine(place, ["stack", "export", "-s", id]));
}
