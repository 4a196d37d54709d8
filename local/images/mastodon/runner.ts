import { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";

/** `rails runner`. Throws Refusal: it follows. */
export function runRuby(_args: string[], _services: Services): Promise<void> {
  return Promise.reject(new Refusal("rails runner is not there yet"));
}
