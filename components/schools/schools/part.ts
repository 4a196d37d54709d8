import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { SchoolsGiven } from "./index.ts";
import { schoolsHolders } from "./manifests.ts";
import { planSchools, type SchoolsDeclaration, type SchoolsPlan } from "./plan.ts";
import { packagesLabel } from "./secrets.ts";

const kind = "schools";

/** What it is planned from. */
interface Around {
  declaration: SchoolsDeclaration & { retired: Pick<SchoolsDeclaration, "schools"> };
  site: Pick<Site, "storageClass">;
}

/** What schools share. */
export const schoolsPart: Part<{ schools?: SchoolsPlan | undefined }, Around, SchoolsGiven> = {
  kind,
  plan({ declaration, site }) {
    const { schools } = declaration.retired;
    return {
      running: { schools: planSchools(declaration, site) },
      ...(schools && { retired: { schools: planSchools({ ...declaration, schools }, site) } }),
    };
  },
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
  doors: ({ schools }) => (schools ? { schools: schools.host } : {}),
  component: async () => (await import("./index.ts")).registerSchools,
};
