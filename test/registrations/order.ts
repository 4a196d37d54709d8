import type { Registration } from "./recorder.ts";

/** The order in which registrations are recorded and reviewed. */
export function byTypeAndName(a: Registration, b: Registration): number {
  return `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`, "en");
}
