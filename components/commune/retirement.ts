import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import { hasOwnLogin } from "../platform/identity/plan.ts";
import { loginSubdomain } from "../platform/login/plan.ts";
import { type ListedService, sectionOf, services } from "../services/index.ts";
import type { ServiceSection } from "../services/service.ts";
import { type CommuneDeclaration, retirable } from "./declaration.ts";
import { parts } from "./parts.ts";

/** A section of what is retired by itself: most have a public name. */
interface NamedSection {
  subdomain?: string;
  retired?: Retirement | undefined;
}

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
      const section: NamedSection | undefined = declaration[service] ?? declaration.retired[service];
      return section?.subdomain === undefined ? [] : [{ service, subdomain: section.subdomain }];
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
  return Object.fromEntries(
    parts.flatMap((part) =>
      (part.retirements?.(declaration) ?? []).flatMap(([name, retirement]) =>
        retirement === undefined ? [] : [[name, retirement]],
      ),
    ),
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
