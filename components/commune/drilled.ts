import { longestIdentifier } from "../foundation/declaration/identifier.ts";
import { sha256 } from "../foundation/manifest/checksum.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { parts } from "./parts.ts";

/** Scope of a drill: the commune, and which of its services, its directory, and its associations' applications. */
export interface Drill {
  of: string;
  services: readonly string[];
}

/** Longest id of a copy: its longest namespace, `<copy>-pg--<tenant>`, has to fit the 63 letters of RFC 1123. */
const longestId = 63 - "-pg--".length - longestIdentifier;

/**
 * Returns the start of the names of a drill's stack and namespaces; no other stack may have that name. A long id is
 * cut, with a digest of the whole to keep two of them apart.
 */
export function drillId(of: string): string {
  const whole = `drill-${of}`;
  if (whole.length <= longestId) return whole;
  const digest = sha256(of).slice(0, 6);
  return `${whole.slice(0, longestId - digest.length - 1).replace(/-+$/, "")}-${digest}`;
}

/**
 * Returns a commune's declaration as a drill brings it up (docs/drill.md): services, directory and applications of
 * associations with restore points, their databases, and the vaults that hold them. It lists what stays, not what
 * goes, so that a future section is left out too: no mail, links, external logins, copies for others, or pages. The
 * domain stays, because rows and files are bound to the names that they were written under; those names do not lead to
 * a copy.
 */
export function drilled(declaration: CommuneDeclaration, { of, services }: Drill): CommuneDeclaration {
  const { name, insee, domain, population, contact, database, secrets } = declaration;
  const {
    external: _,
    restoreFrom: __,
    upgradeFrom: ___,
    retired: ____,
    availability: _____,
    ...server
  } = database;
  const copy: CommuneDeclaration = {
    ...{ id: drillId(of), drillOf: of, name, insee, domain, population, contact, secrets },
    database: { ...server, drop: [] },
    retired: {},
    associations: {},
  };
  for (const part of parts) Object.assign(copy, part.drilled?.(declaration, services));
  return copy;
}
