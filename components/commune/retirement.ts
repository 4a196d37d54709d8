import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import { associationDatabase } from "../platform/database/plan.ts";
import { directoryService } from "../platform/directory/manifests.ts";
import { hasOwnLogin } from "../platform/identity/plan.ts";
import { loginSubdomain } from "../platform/login/plan.ts";
import { dedicatedMariadb, mariadbService } from "../platform/mariadb/plan.ts";
import { vaultService } from "../recovery/vault/plan.ts";
import { type ListedService, sectionOf, services } from "../services/index.ts";
import type { ServiceSection } from "../services/service.ts";
import { hasRowsOn } from "../tenants/applications/list.ts";
import { tenantService } from "../tenants/tenant/declaration.ts";
import { type CommuneDeclaration, retirable } from "./declaration.ts";

/** The section of a service that runs, or that was retired. */
function anySection(declaration: CommuneDeclaration, service: ListedService): ServiceSection | undefined {
  return sectionOf(declaration, service) ?? sectionOf(declaration.retired, service);
}

/** What no single `retired:` can tell, and where. */
export function retirementProblems(declaration: CommuneDeclaration): FieldProblem[] {
  const { database, media } = declaration;
  const onShared = services
    .filter((service) => {
      const section = anySection(declaration, service);
      const own = section?.dedicatedDatabase;
      return section !== undefined && database.external === undefined && (!own || own.retired);
    })
    .map(({ name }) => name);
  return [
    ...(database.retired && onShared.length > 0
      ? [
          {
            field: ["database", "retired"],
            message: `${onShared.join(", ")} ${onShared.length > 1 ? "have" : "has"} rows on this server. It goes when nothing is on it: take the line out.`,
          },
        ]
      : []),
    ...database.drop.flatMap((service, index) =>
      onShared.includes(service)
        ? [
            {
              field: ["database", "drop", index],
              message: `${show(service)} has its rows on this server. Retire and release the service instead (docs/retirement.md), or take it out of the list.`,
            },
          ]
        : [],
    ),
    ...services.flatMap((service) =>
      anySection(declaration, service)?.formerVolume && media === undefined
        ? [
            {
              field: [service.name, "formerVolume"],
              message: "media are on that volume, since the commune declares no media:. Take the line out.",
            },
          ]
        : [],
    ),
  ];
}

/** The subdomains that a declaration takes: of what runs, and of what was retired and may come back. */
export function subdomainsOf(declaration: CommuneDeclaration): { service: string; subdomain: string }[] {
  return [
    ...(hasOwnLogin(declaration) ? [{ service: "identity", subdomain: loginSubdomain }] : []),
    ...retirable.flatMap((service) => {
      const section = declaration[service] ?? declaration.retired[service];
      return section === undefined ? [] : [{ service, subdomain: section.subdomain }];
    }),
  ];
}

/** What a declaration says of a service that was retired; nothing when it was not. */
function retirementOf({ retired }: CommuneDeclaration, service: string): Retirement | undefined {
  const name = retirable.find((each) => each === service);
  return name && retired[name]?.retired;
}

/** Whether a service's data was let go of. */
export function isReleased(declaration: CommuneDeclaration, service: string): boolean {
  return retirementOf(declaration, service)?.data === "released";
}

/** Whether the commune's own shared server is declared to stay although no service uses it. */
export function isSharedServerKept({ database }: CommuneDeclaration): boolean {
  return database.retired !== undefined || database.drop.length > 0;
}

/** What a declaration says was retired, by the name of what holds the data. */
export function retirementsOf(declaration: CommuneDeclaration): Record<string, Retirement> {
  const found: [string, Retirement | undefined][] = [
    ["database", declaration.database.retired],
    [mariadbService, declaration.tenants?.mariadb?.retired],
    [directoryService, declaration.directory?.retired],
    ...services.flatMap((service): [string, Retirement | undefined][] =>
      service.formerVolume === undefined
        ? []
        : [[service.formerVolume, anySection(declaration, service)?.formerVolume]],
    ),
    ...retirable.map((service): [string, Retirement | undefined] => [
      service,
      retirementOf(declaration, service),
    ]),
    ...Object.entries(declaration.recovery?.host ?? {}).map(
      ([guest, { retired }]): [string, Retirement | undefined] => [vaultService(guest), retired],
    ),
    // An association's own servers go with it.
    ...Object.values(declaration.associations).flatMap(
      ({ id, retired, applications, dedicatedDatabase }): [string, Retirement | undefined][] =>
        [
          tenantService(id),
          ...(dedicatedDatabase ? [dedicatedMariadb(id)] : []),
          ...(hasRowsOn("postgresql", applications) ? [associationDatabase(id)] : []),
        ].map((name) => [name, retired]),
    ),
    // A service's own server goes with the service, unless it went before.
    ...services.map((service): [string, Retirement | undefined] => {
      const own = anySection(declaration, service)?.dedicatedDatabase;
      return [`${service.name}-database`, own && (own.retired ?? retirementOf(declaration, service.name))];
    }),
  ];
  return Object.fromEntries(
    found.flatMap(([name, retirement]) => (retirement === undefined ? [] : [[name, retirement]])),
  );
}

/** The shared server goes with the last services on it, when the data of all of them is released. */
export function allReleased(
  declaration: CommuneDeclaration,
  kept: readonly { service: string }[],
): Record<string, Retirement> {
  const days = kept.flatMap(({ service }) =>
    isReleased(declaration, service) ? [retirementOf(declaration, service)?.since ?? ""] : [],
  );
  const [last] = days.toSorted().reverse();
  return last === undefined || days.length < kept.length
    ? {}
    : { database: { since: last, data: "released" } };
}
