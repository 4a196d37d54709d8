import pulumi from "@pulumi/pulumi";
import { explainedParse } from "../../foundation/declaration/explain.ts";
import type { Path } from "../../foundation/declaration/position.ts";
import { showPath } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import { siteSchema } from "../../foundation/site/settings.ts";
import { type Site, siteOf } from "../../foundation/site/site.ts";
import { connectionProblemsOf } from "../connections.ts";
import { type CommuneDeclaration, communeSchema } from "../declaration.ts";
import { fieldProblems } from "../field-problems.ts";
import { nodeProblemsOf } from "../nodes.ts";
import { planCommune } from "../plan.ts";
import type { CommunePlan } from "../planned.ts";
import { withFiles, withRepository } from "./surface.ts";

/** Inputs of the component, understood. */
export interface CommuneInputs {
  plan: CommunePlan;
  site: Site;
  given: GivenSecrets;
}

interface InputProblem {
  propertyPath: string;
  reason: string;
}

type Understood<T> = { value: T; problems: [] } | { value?: undefined; problems: InputProblem[] };

const at = (input: string, path: Path, reason: string): InputProblem => ({
  propertyPath: [input, showPath(path)].filter((each) => each !== "").join("."),
  reason,
});

/**
 * Reads the inputs of the component that another language registers, and plans the commune.
 *
 * @param name of the resource: the commune's id.
 * @throws pulumi.InputPropertiesError with every problem at once, each with the path of its input; nothing is registered.
 */
export function readInputs(name: string, inputs: pulumi.Inputs): CommuneInputs {
  const declared = declarationIn(name, inputs.declaration);
  const read = siteIn(inputs.site ?? {});
  if (declared.value === undefined || read.value === undefined)
    return refuse([...declared.problems, ...read.problems]);
  const [declaration, site] = [declared.value, read.value];
  const plan = planCommune(declaration, site);
  const missing = pulumi.Output.isInstance(inputs.given) ? [] : missingIn(inputs.given, plan.givenSecrets);
  const planned = [...nodeProblemsOf(plan, site.nodes), ...connectionProblemsOf(plan)].map(
    ({ field, message }) => at("declaration", field, message),
  );
  const problems = [...planned, ...missing];
  return problems.length > 0 ? refuse(problems) : { plan, site, given: givenBy(inputs.given) };
}

function refuse(errors: InputProblem[]): never {
  const message = `${errors.length === 1 ? "1 problem" : `${errors.length} problems`}. Nothing was changed.`;
  throw new pulumi.InputPropertiesError({ message, errors });
}

function declarationIn(name: string, value: unknown): Understood<CommuneDeclaration> {
  const early = [
    ...unknownYet("declaration", value),
    ...elsewhere("declaration", value, withFiles, "Use a commune's own repository for it (npx commune new)."),
  ];
  if (early.length > 0) return { problems: early };
  const parsed = explainedParse(communeSchema, value);
  const found = parsed.ok
    ? fieldProblems(parsed.declaration).map(({ field, message }) => at("declaration", field, message))
    : parsed.problems.map(({ path, message }) => at("declaration", path, message));
  if (!parsed.ok) return { problems: found };
  const { id } = parsed.declaration;
  const misnamed =
    id === name
      ? []
      : [
          at(
            "declaration",
            ["id"],
            `${show(id)} is not the name of the resource (${show(name)}), from which keys are derived. Name the resource ${show(id)}.`,
          ),
        ];
  const problems = [...found, ...misnamed];
  return problems.length > 0 ? { problems } : { value: parsed.declaration, problems: [] };
}

function siteIn(value: unknown): Understood<Site> {
  const early = [...unknownYet("site", value), ...elsewhere("site", value, withRepository, "Take it out.")];
  if (early.length > 0) return { problems: early };
  const parsed = explainedParse(siteSchema, value);
  if (!parsed.ok) return { problems: parsed.problems.map(({ path, message }) => at("site", path, message)) };
  const site = siteOf(parsed.declaration);
  return site.ingress.certificate.from === "copy"
    ? {
        problems: [
          at(
            "site",
            ["certificate"],
            `only the program of a commune's repository copies a Secret of another namespace. Write "controller", "cert-manager:<cluster issuer>", or "secret:<name>" for one that you put into each namespace.`,
          ),
        ],
      }
    : { value: site, problems: [] };
}

/** Finds fields that need a commune's repository. */
function elsewhere(
  input: string,
  value: unknown,
  reasons: Readonly<Record<string, string>>,
  advice: string,
): InputProblem[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(reasons)
    .filter(([field]) => field in value)
    .map(([field, reason]) => at(input, [field], `is not for this component: ${reason}. ${advice}`));
}

/** Finds outputs of other resources: which resources there are follows from these values. */
function unknownYet(input: string, value: unknown, path: Path = []): InputProblem[] {
  if (pulumi.Output.isInstance(value))
    return [
      at(
        input,
        path,
        "is an output of a resource, or a secret. Write the value itself: it decides which resources there are. Secrets belong in `given`.",
      ),
    ];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    unknownYet(input, inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function missingIn(given: unknown, needed: readonly string[]): InputProblem[] {
  const names = typeof given === "object" && given !== null ? Object.keys(given) : [];
  return needed
    .filter((each) => !names.includes(each))
    .map((each) => at("given", [each], "is not there, and the declaration needs it. Give it as a secret."));
}

/** Returns the given secrets by name. Where they are known later than the plan, a missing one fails what reads it. */
function givenBy(input: pulumi.Input<Record<string, pulumi.Input<string>>> = {}): GivenSecrets {
  const given = pulumi.secret(input);
  return (name) => given.apply((values) => values[name] ?? refuse(missingIn(values, [name])));
}
