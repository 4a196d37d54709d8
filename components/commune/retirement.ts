import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import { hasOwnLogin } from "../platform/identity/plan.ts";
import { loginSubdomain } from "../platform/login/plan.ts";
import { type ListedService, sectionOf, services } from "../services/index.ts";
import type { ServiceSection } from "../services/service.ts";
import { type CommuneDeclaration, retirable } from "./declaration.ts";
import { parts } from "./parts.ts";

/** A section that can be retired: most have a public name. */
interface NamedSection {
  subdomain?: string;
  retired?: Retirement | undefined;
}

/** Returns the section of a service that runs or is retired. */
export function anySection(
  declaration: CommuneDeclaration,
  service: ListedService,
): ServiceSection | undefined {
  return sectionOf(declaration, service) ?? sectionOf(declaration.retired, service);
}

/** Finds problems that no single `retired:` shows. */
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
            message: `${onShared.join(", ")} ${onShared.length > 1 ? "have" : "has"} rows on this server. It can be retired once nothing is on it: remove the line.`,
          },
        ]
      : []),
    ...database.drop.flatMap((service, index) =>
      onShared.includes(service)
        ? [
            {
              field: ["database", "drop", index],
              message: `${show(service)} has its rows on this server. Retire and release the service instead (docs/retirement.md), or remove it from the list.`,
            },
          ]
        : [],
    ),
    ...services.flatMap((service) =>
      anySection(declaration, service)?.formerVolume && media === undefined
        ? [
            {
              field: [service.name, "formerVolume"],
              message: "media are on that volume, since the commune declares no media:. Remove the line.",
            },
          ]
        : [],
    ),
  ];
}

/** Returns the subdomains that a declaration takes: of services that run, and of retired ones, which may come back. */
export function subdomainsOf(declaration: CommuneDeclaration): { service: string; subdomain: string }[] {
  return [
    ...(hasOwnLogin(declaration) ? [{ service: "identity", subdomain: loginSubdomain }] : []),
    ...retirable.flatMap((service) => {
      const section: NamedSection | undefined = declaration[service] ?? declaration.retired[service];
      return section?.subdomain === undefined ? [] : [{ service, subdomain: section.subdomain }];
    }),
  ];
}

/** Returns the retirement of a service; undefined if it is not retired. */
function retirementOf({ retired }: CommuneDeclaration, service: string): Retirement | undefined {
  const name = retirable.find((each) => each === service);
  return name && retired[name]?.retired;
}

/** Whether a service's data is released. */
export function isReleased(declaration: CommuneDeclaration, service: string): boolean {
  return retirementOf(declaration, service)?.data === "released";
}

/** Whether the commune's own shared server is declared to stay although no service uses it. */
export function isSharedServerKept({ database }: CommuneDeclaration): boolean {
  return database.retired !== undefined || database.drop.length > 0;
}

/** Returns the declared retirements, by the name of the data holder. */
export function retirementsOf(declaration: CommuneDeclaration): Record<string, Retirement> {
  return Object.fromEntries(
    parts.flatMap((part) =>
      (part.retirements?.(declaration) ?? []).flatMap(([name, retirement]) =>
        retirement === undefined ? [] : [[name, retirement]],
      ),
    ),
  );
}

/**
 * Returns the retirement of the shared server: it is released with the last services on it, once the data of all of
 * them is.
 */
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
