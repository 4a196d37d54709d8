import type { Availability } from "../foundation/availability/availability.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import { restoreProblems } from "../recovery/database-restore/check.ts";
import { bucketsIn } from "../recovery/vault/plan.ts";
import { sectionOf, services } from "../services/index.ts";
import { associationSecretProblems } from "./association-secrets.ts";
import { bucketProblems } from "./buckets.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { parts } from "./parts.ts";
import { retirementProblems, subdomainsOf } from "./retirement.ts";

/** Finds problems between the fields of a declaration, each with its field. It needs no other file of the commune. */
export function fieldProblems(declaration: CommuneDeclaration): FieldProblem[] {
  const { media } = declaration;
  const keepsFolders = services.some((service) => service.keepsFoldersIn(declaration));
  return [
    ...sharedNames(declaration),
    ...retirementProblems(declaration),
    ...bucketProblems(declaration, [
      ...(media ? [{ ...media, field: ["media"] }] : []),
      ...bucketsIn(declaration),
    ]),
    ...associationSecretProblems(declaration),
    ...neededSections(declaration),
    ...restoreProblems(
      [
        {
          ...declaration.database,
          field: ["database"],
          isOutside: declaration.database.external !== undefined,
          isSpread: isSpread(declaration.database.availability, declaration.availability),
        },
        ...services.flatMap((service) => {
          const section = sectionOf(declaration, service);
          const own = section?.dedicatedDatabase;
          if (own === undefined) return [];
          return [
            {
              ...{ ...own, field: [service.name, "dedicatedDatabase"], isOutside: false },
              isSpread: isSpread(own.availability, section?.availability, declaration.availability),
            },
          ];
        }),
      ],
      declaration,
    ),
    ...parts.flatMap((part) => part.problems?.(declaration, keepsFolders) ?? []),
  ];
}

/** @param declared availabilities from the narrowest to the widest: the first that is written counts. */
function isSpread(...declared: (Availability | undefined)[]): boolean {
  return declared.find((each) => each !== undefined) === "node-loss";
}

/** Finds sections that a declared service requires and that are missing. */
function neededSections(declaration: CommuneDeclaration): FieldProblem[] {
  return services.flatMap(({ name, needs = [], ...service }) =>
    service.sectionIn(declaration) === undefined
      ? []
      : needs.flatMap((needed): FieldProblem[] => {
          const section: object | undefined = declaration[needed];
          const isRetired = section !== undefined && "retired" in section && section.retired !== undefined;
          if (section !== undefined && !isRetired) return [];
          const why = isRetired
            ? "is retired. Take its line retired: out"
            : `is not declared. Write ${needed}:`;
          const message = `needs ${needed}:, which ${why} (docs/${needed}.md), or take ${name}: out.`;
          return [{ field: [name], message }];
        }),
  );
}

/** Finds public names that two services would both have. */
function sharedNames(declaration: CommuneDeclaration): FieldProblem[] {
  const named = subdomainsOf(declaration);
  return named.flatMap(({ service, subdomain }, index) => {
    const first = named.slice(0, index).find((other) => other.subdomain === subdomain);
    if (first === undefined) return [];
    const message = `${show(subdomain)} is already the name of ${first.service}. Each service needs its own name.`;
    return [{ field: [service, "subdomain"], message }];
  });
}
