import type { Values } from "./values.ts";

/** One step of the chain: the values that it sets, and where from. */
export interface Layer {
  origin: string;
  values: Values;
}

/** Thrown for a configuration that cannot be read at all. */
export class ConfigurationError extends Error {}
