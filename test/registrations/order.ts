/** The order in which registrations are recorded and reviewed. */
export function byTypeAndName(a: Registration, b: Registration): number {
  return `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`, "en");
}

/** One registration, as the engine would see it, with secret values masked. */
export interface Registration {
  type: string;
  name: string;
  parent: string | undefined;
  protect: boolean;
  retainOnDelete: boolean;
  dependsOn: string[];
  inputs: unknown;
}
