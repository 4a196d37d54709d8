import * as z from "zod";
import { askEngine, type EnginePlace } from "./engine.ts";

/** A resource of an exported state, as far as it can be the seed. */
export interface StateResource {
  type: string;
  /** Waits to be deleted after a replacement that did not end. */
  delete?: boolean | undefined;
  outputs?: Readonly<Record<string, unknown>> | undefined;
}

/** A secret of an exported state: the signature of Pulumi's SDK, and the value as JSON. */
const secret = z.object({ plaintext: z.string() }).transform(({ plaintext }) => JSON.parse(plaintext));

/**
 * The seed of a stack, base64: the one that it drew, which its state holds, or else the one that it was given as a
 * setting. undefined if it has none yet.
 *
 * @param resources of its exported state, with secrets shown.
 */
export async function seedOf(
  place: EnginePlace,
  id: string,
  resources: readonly StateResource[],
): Promise<string | undefined> {
  const drawn = resources.find((each) => !each.delete && each.type === "random:index/randomBytes:RandomBytes")
    ?.outputs?.base64;
  if (drawn === undefined) return givenSeed(place, id);
  const read = secret.safeParse(drawn);
  return z.string().parse(read.success ? read.data : drawn);
}

async function givenSeed(place: EnginePlace, id: string): Promise<string | undefined> {
  const settings = JSON.parse(
    await askEngine(place, ["config", "--show-secrets", "--json", "-s", id]),
  ) as Record<string, { value?: string }>;
  return settings["commune:seed"]?.value;
}
