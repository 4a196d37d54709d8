import { everyImage } from "../components/commune/images.ts";
import { catalogued } from "../components/foundation/image/catalogue.ts";
import { containersOf, podOf } from "./pods.ts";
import type { ObjectRule } from "./rule.ts";

const imageInCatalogue: ObjectRule = {
  id: "image-in-catalogue",
  level: "mandatory",
  serves: "sovereignty",
  description: "Every image is in the catalogue, with its free licence and a link to its source.",
  reads: "object",
  check: (object) =>
    containersOf(podOf(object))
      .filter(({ image }) => catalogued(image, everyImage) === undefined)
      .map(
        ({ name, image }) =>
          `runs ${image} in container ${name}, which is in no catalogue. Add it with its licence and source to the images.ts of its service or to components/foundation/image/catalogue.ts, or use one that is.`,
      ),
};

const podsAreRestricted: ObjectRule = {
  id: "pods-are-restricted",
  level: "mandatory",
  serves: "security",
  description: "Pods run as an ordinary user, without privileges, on a read-only root file system.",
  reads: "object",
  check: (object) => {
    const pod = podOf(object);
    if (pod === undefined) return [];
    const problems = [
      ...(pod.securityContext?.runAsNonRoot ? [] : ["may run as root"]),
      ...(pod.securityContext?.seccompProfile?.type === "RuntimeDefault" ? [] : ["has no seccomp profile"]),
      ...(pod.hostNetwork || pod.hostPID ? ["shares the node's network or processes"] : []),
      ...containersOf(pod).flatMap(({ name, securityContext: context }) => [
        ...(context?.allowPrivilegeEscalation === false ? [] : [`lets ${name} gain privileges`]),
        ...(context?.capabilities?.drop?.includes("ALL") ? [] : [`leaves capabilities to ${name}`]),
        ...(context?.readOnlyRootFilesystem ? [] : [`lets ${name} write to its root file system`]),
      ]),
    ];
    return problems.map(
      (problem) =>
        `${problem}. Use podSecurity and containerSecurity of components/foundation/manifest/security.ts.`,
    );
  },
};

const memoryIsLimited: ObjectRule = {
  id: "memory-is-limited",
  level: "mandatory",
  serves: "ecology",
  description: "Every container says what it asks for and how much memory it may use.",
  reads: "object",
  check: (object) =>
    containersOf(podOf(object))
      .filter(
        ({ resources }) =>
          !(resources?.limits?.memory && resources.requests?.memory && resources.requests.cpu),
      )
      .map(
        ({ name }) =>
          `has no memory limit or no requests in container ${name}. Use resourceRequirements of components/foundation/manifest/resources.ts.`,
      ),
};

export const podRules = [imageInCatalogue, podsAreRestricted, memoryIsLimited];
