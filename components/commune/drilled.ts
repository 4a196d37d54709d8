import { longestIdentifier } from "../foundation/declaration/identifier.ts";
import { sha256 } from "../foundation/manifest/checksum.ts";
import { directoryService } from "../platform/directory/manifests.ts";
import { serviceNames } from "../services/index.ts";
import type { ServiceSection } from "../services/service.ts";
import { type Engine, releaseOf } from "../tenants/applications/application.ts";
import { applicationNames, applicationOf } from "../tenants/applications/list.ts";
import { tenantService } from "../tenants/tenant/declaration.ts";
import type { CommuneDeclaration } from "./declaration.ts";

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
  const { directory } = declaration;
  const { external: _, restoreFrom: __, upgradeFrom: ___, retired: ____, ...server } = database;
  const copy: CommuneDeclaration = {
    ...{ id: drillId(of), drillOf: of, name, insee, domain, population, contact, secrets },
    database: { ...server, drop: [] },
    ...(recovery && {
      recovery: { vaults: recovery.vaults, filesEvery: recovery.filesEvery, keep: recovery.keep, host: {} },
    }),
    retired: {},
    ...hosted(declaration, services),
    ...(directory && services.includes(directoryService) && { directory }),
  };
  for (const service of serviceNames) {
    const section: ServiceSection | undefined = declaration[service];
    if (section !== undefined && services.includes(service)) {
      Object.assign(copy, { [service]: withoutHistory(section) });
    }
  }
  return copy;
}

/** Associations with the applications that are drilled. What is suspended runs in a copy: a notice is nothing to ask. */
function hosted(
  { tenants, associations }: CommuneDeclaration,
  drilled: readonly string[],
): Pick<CommuneDeclaration, "tenants" | "associations"> {
  const kept = Object.values(associations).flatMap((tenant) => {
    const { suspended: _, retired, ...own } = tenant;
    const names = applicationNames().filter((name) =>
      drilled.includes(releaseOf({ service: tenantService(tenant.id) }, name)),
    );
    if (retired !== undefined || names.length === 0) return [];
    const applications = Object.fromEntries(names.map((name) => [name, own.applications[name]]));
    const hasRows = (engine: Engine) => names.some((name) => applicationOf(name).rows === engine);
    const servers = {
      dedicatedDatabase: hasRows("mariadb") ? own.dedicatedDatabase : undefined,
      // A copy begins with an empty server.
      postgresql:
        own.postgresql && hasRows("postgresql") ? { ...own.postgresql, upgradeFrom: undefined } : undefined,
    };
    return [{ onMariadb: hasRows("mariadb"), tenant: { ...own, applications, ...servers } }];
  });
  if (tenants === undefined || kept.length === 0) return { associations: {} };
  const { mariadb, requests: _, ...room } = tenants;
  const isShared = kept.some(({ onMariadb, tenant }) => onMariadb && !tenant.dedicatedDatabase);
  return {
    tenants: { ...room, ...(mariadb && isShared && { mariadb }) },
    associations: Object.fromEntries(kept.map(({ tenant }) => [tenant.id, tenant])),
  };
}

/** A section without what is done once to data that is there: a copy begins with an empty server. */
function withoutHistory<Section extends ServiceSection>({ dedicatedDatabase, ...section }: Section) {
  if (dedicatedDatabase === undefined || dedicatedDatabase.retired) return section;
  const { restoreFrom: _, upgradeFrom: __, ...server } = dedicatedDatabase;
  return { ...section, dedicatedDatabase: server };
}
