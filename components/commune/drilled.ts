import { longestIdentifier } from "../foundation/declaration/identifier.ts";
import { sha256 } from "../foundation/manifest/checksum.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { parts } from "./parts.ts";

/** What a drill brings up: whose copy, and which of its services, its directory, and its associations' applications. */
export interface Drill {
  of: string;
  services: readonly string[];
}

/** So that the copy's longest namespace, `<copy>-pg--<tenant>`, fits the 63 letters of RFC 1123. */
const longestId = 63 - "-pg--".length - longestIdentifier;

/**
 * What the stack and the namespaces of a drilled copy begin with; no other stack may be called so. A long id is cut, and
 * a digest of the whole keeps two of them apart.
 */
export function drillId(of: string): string {
  const whole = `drill-${of}`;
  if (whole.length <= longestId) return whole;
  const digest = sha256(of).slice(0, 6);
  return `${whole.slice(0, longestId - digest.length - 1).replace(/-+$/, "")}-${digest}`;
}

/**
 * A commune's declaration as a drill brings it up (docs/drill.md): services, directory and applications of associations with
 * restore points, their databases, and the vaults that they come from. It names what stays instead of what goes, so that a section
 * that comes later is not part of it either: no mail, no links, no logins of others, no copies for others, no pages. The
 * domain stays, because rows and files are bound to the names that they were written under; nothing leads to a copy under
 * them.
 */
export function drilled(declaration: CommuneDeclaration, { of, services }: Drill): CommuneDeclaration {
  const { name, insee, domain, population, contact, database, recovery, secrets } = declaration;
  const { external: _, restoreFrom: __, upgradeFrom: ___, retired: ____, ...server } = database;
  const copy: CommuneDeclaration = {
    ...{ id: drillId(of), drillOf: of, name, insee, domain, population, contact, secrets },
    database: { ...server, drop: [] },
    ...(recovery && {
      recovery: {
        ...{ vaults: recovery.vaults, filesEvery: recovery.filesEvery, keep: recovery.keep, host: {} },
        ...(recovery.buckets && { buckets: recovery.buckets }),
      },
    }),
    retired: {},
    associations: {},
  };
  for (const part of parts) Object.assign(copy, part.drilled?.(declaration, services));
  return copy;
}
