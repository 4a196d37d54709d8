import type { CommuneDeclaration } from "../components/commune/declaration.ts";

/** A host that a declaration names, and where. */
export interface DeclaredHost {
  /** `media.endpoint`, `federation.relays.0`. */
  field: string;
  host: string;
}

const hostName = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;

/** The host that a declared text is, or is the address of. */
function hostIn(text: string): string | undefined {
  if (hostName.test(text)) return text;
  const [, mailHost] = /^[^@\s/]+@([^@\s/]+)$/.exec(text) ?? [];
  if (mailHost !== undefined && hostName.test(mailHost)) return mailHost;
  return URL.canParse(text) ? new URL(text).hostname || undefined : undefined;
}

/** Fields that name a file, which may look like a host: `blason.svg`. */
const files = new Set(["portal.arms"]);

/** Every host in a declaration, whatever section it is in. */
export function declaredHosts(declaration: CommuneDeclaration): DeclaredHost[] {
  const found: DeclaredHost[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (typeof value === "string") {
      const field = path.join(".");
      const host = files.has(field) ? undefined : hostIn(value);
      if (host !== undefined) found.push({ field, host });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, below] of Object.entries(value)) walk(below, [...path, key]);
    }
  };
  walk(declaration, []);
  return found;
}
