import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { schoolsHolders } from "./manifests.ts";
import type { SchoolsPlan } from "./plan.ts";
import { packagesLabel } from "./secrets.ts";

/** What schools share. */
export const schoolsPart: Part<{ schools?: SchoolsPlan | undefined }> = {
  labels: [packagesLabel],
  holders: ({ schools }) => (schools ? [schoolsHolders(schools)] : []),
  secrets: ({ schools }) => (schools ? [packagesLabel] : []),
  software: ({ schools }) => (schools ? [{ name: "nginx", image: images.nginx }] : []),
};
