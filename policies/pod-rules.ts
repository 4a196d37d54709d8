import { everyImage } from "../components/commune/images.ts";
import { catalogued, repositoryOf } from "../components/foundation/image/catalogue.ts";
import type { Expression } from "../components/tenants/admission/expression.ts";
import { ofEachContainer, ruleOfConditions } from "./conditions.ts";
import { containersOf, podOf } from "./pods.ts";
import type { Condition, ObjectRule } from "./rule.ts";

const imageInCatalogue: ObjectRule = {
  id: "image-in-catalogue",
  level: "mandatory",
  serves: "sovereignty",
  description: {
    en: "Every image is in the catalogue, with its free licence and a link to its source.",
    fr: "Chaque logiciel qui tourne est au catalogue, avec sa licence libre et l’adresse de son code source.",
  },
  examples: { keeps: "docker.io/valkey/valkey:8.1.1", breaks: "docker.io/someone/valkey:8.1.1" },
  reads: "object",
  // Told to a cluster alone: the folders of all applications are read for it.
  get conditions() {
    const repositories = new Set([...everyImage].map(({ reference }) => repositoryOf(reference)));
    const startsWithAny = [...repositories].flatMap((repository) => [`${repository}:`, `${repository}@`]);
    const problem = "runs an image that is in no catalogue (docs/image.md).";
    return [ofEachContainer({ path: ["image"], startsWithAny }, problem)];
  },
  check: (object) =>
    containersOf(podOf(object))
      .filter(({ image }) => catalogued(image, everyImage) === undefined)
      .map(
        ({ name, image }) =>
          `runs ${image} in container ${name}, which is in no catalogue. Add it with its licence and source to components/foundation/image/catalogue.yaml and to the images.ts of its service, or to the application.yaml of its chart, or use one that is.`,
      ),
};

const how = "Use podSecurity and containerSecurity of components/foundation/manifest/security.ts.";

const ofPod = (must: Expression, problem: string): Condition => ({
  judges: ["Pod"],
  must,
  message: `${problem}. ${how}`,
});

const podsAreRestricted = ruleOfConditions(
  {
    id: "pods-are-restricted",
    level: "mandatory",
    serves: "security",
    description: {
      en: "Pods run as an ordinary user, without privileges, on a read-only root file system.",
      fr: "Chaque programme tourne sans droits d’administrateur, et ne peut pas modifier ses propres fichiers.",
    },
    examples: {
      keeps: "runAsNonRoot: true, and a read-only root file system",
      breaks: "runAsNonRoot: false",
    },
  },
  [
    ofPod({ path: ["securityContext", "runAsNonRoot"], is: true }, "may run as root"),
    ofPod(
      { path: ["securityContext", "seccompProfile", "type"], oneOf: ["RuntimeDefault"] },
      "has no seccomp profile",
    ),
    ofPod(
      { all: ["hostNetwork", "hostPID", "hostIPC"].map((name) => ({ not: { path: [name], is: true } })) },
      "shares the node's network or processes",
    ),
    ofEachContainer(
      { path: ["securityContext", "allowPrivilegeEscalation"], is: false },
      `lets a container gain privileges. ${how}`,
    ),
    ofEachContainer(
      { path: ["securityContext", "capabilities", "drop"], has: "ALL" },
      `leaves capabilities to a container. ${how}`,
    ),
    ofEachContainer(
      { path: ["securityContext", "readOnlyRootFilesystem"], is: true },
      `lets a container write to its root file system. ${how}`,
    ),
  ],
);

const written = (...path: string[]): Expression => ({ not: { absent: path } });

const memoryIsLimited = ruleOfConditions(
  {
    id: "memory-is-limited",
    level: "mandatory",
    serves: "ecology",
    description: {
      en: "Every container says what it asks for and how much memory it may use.",
      fr: "Chaque programme dit ce qu’il demande, et combien de mémoire il peut prendre au plus.",
    },
    examples: { keeps: "limits of 160Mi, requests of memory and processor", breaks: "limits: {}" },
  },
  [
    ofEachContainer(
      {
        all: [
          written("resources", "limits", "memory"),
          written("resources", "requests", "memory"),
          written("resources", "requests", "cpu"),
        ],
      },
      "has no memory limit or no requests in a container. Use resourceRequirements of components/foundation/manifest/resources.ts.",
    ),
  ],
);

export const podRules = [imageInCatalogue, podsAreRestricted, memoryIsLimited];
