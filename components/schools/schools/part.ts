import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { Site } from "../../foundation/site/site.ts";
import { schoolsProblems } from "./check.ts";
import { schoolsSection } from "./declaration.ts";
import { french } from "./french.ts";
import { schoolsHelp } from "./help.ts";
import type { SchoolsGiven } from "./index.ts";
import { schoolsHolders } from "./manifests.ts";
import { planSchools, type SchoolsDeclaration, type SchoolsPlan } from "./plan.ts";
import { packagesLabel } from "./secrets.ts";

const kind = "schools";

const fields = () => ({
  schools: schoolsSection.optional().describe("OpenBoard in schools, and the libraries that they share."),
});

const outside = {
  each: { en: "every computer of the schools", fr: "chaque ordinateur des écoles" },
  all: { en: "the schools’ computers", fr: "les ordinateurs des écoles" },
};

const restarts = {
  en: "The schools' server restarts: for some seconds their computers do not reach it.",
  fr: "Le serveur des écoles redémarre : pendant quelques secondes, leurs ordinateurs ne l’atteignent pas.",
};

/** Input of its plan. */
export interface Around {
  declaration: SchoolsDeclaration & { retired: Pick<SchoolsDeclaration, "schools"> };
  site: Pick<Site, "storageClass">;
}

export interface Plans {
  schools?: SchoolsPlan | undefined;
}

/** Shared resources of schools. */
export const schoolsPart: Part<Plans, Around, SchoolsGiven, ReturnType<typeof fields>> = {
  kind,
  whenNodeIsLost:
    "Waits for its node: lessons and packages are on a volume. The schools' computers go on with what they have.",
  plan({ declaration, site }) {
    const { schools } = declaration.retired;
    return {
      running: { schools: planSchools(declaration, site) },
      ...(schools && { retired: { schools: planSchools({ ...declaration, schools }, site) } }),
    };
  },
  fields,
  french,
  problems: ({ schools }, keepsFolders) => schoolsProblems(schools, keepsFolders),
  retirements: ({ retired: { schools } }) => [[kind, schools?.retired]],
  help: ({ schools }) => (schools ? [schoolsHelp(schools)] : []),
  ofRepository: { schools: "their libraries are folders beside commune.yaml" },
  sections: { schools: { en: "schools", fr: "écoles" } },
  thingNamed: (name) =>
    name === kind
      ? {
          kind,
          title: { en: "what schools share", fr: "le partage des écoles" },
          retirement: [kind, "retired"],
        }
      : undefined,
  held: ({ schools }) => (schools ? [kind] : []),
  heldBefore: ({ names }) => (kind in names ? [kind] : []),
  labels: [packagesLabel],
  holders: ({ schools }) => (schools ? [schoolsHolders(schools)] : []),
  secrets: ({ schools }) => (schools ? [packagesLabel] : []),
  software: ({ schools }) => (schools ? [{ name: "nginx", image: images.nginx }] : []),
  hosts: ({ schools }) => (schools ? [{ service: kind, host: schools.host, path: "" }] : []),
  doors: ({ schools }) => (schools ? { schools: { host: schools.host, ...outside } } : {}),
  noticed: ({ schools }) => (schools ? [{ pod: kind, section: kind, told: restarts }] : []),
  component: async () => (await import("./index.ts")).registerSchools,
};
