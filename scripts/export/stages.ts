import yaml from "js-yaml";
import type { Applied, AppliedObject } from "./state.ts";

/** A numbered file of manifests, and what to wait for after it was applied. */
export interface Stage {
  /** `manifestes/03-travaux.yaml` */
  file: string;
  objects: readonly AppliedObject[];
  wait: "rollout" | "jobs" | undefined;
}

/** Everything that is applied, in an order in which nothing waits for what comes later. */
export interface Stages {
  /** Namespaces, settings, claims, rules: what waits for nobody. */
  first: Stage;
  /** Secrets, which are in a folder of their own. */
  secrets: Stage;
  /** Workloads and Jobs, each after what it needs. */
  workloads: readonly Stage[];
  /** Doors and clocks. */
  last: Stage;
}

const servers = ["Deployment", "StatefulSet"];
const isAwaited = ({ object: { kind }, isLeftAlone }: Applied) =>
  servers.includes(kind) || (kind === "Job" && !isLeftAlone);
const isLate = ({ object: { kind }, isLeftAlone }: Applied) =>
  kind === "CronJob" || kind === "Ingress" || isLeftAlone;

/** Namespaces come before what is in them. */
const rank = ({ kind }: AppliedObject) => (kind === "Namespace" ? 0 : 1);

/**
 * Objects as numbered files. What Pulumi waited for between two objects, kubectl waits for between two files; what nobody
 * waits for is applied at once. Doors and clocks come last, also where something was made after them.
 */
export function stagesOf(applied: readonly Applied[]): Stages {
  const early = applied.filter((one) => !isAwaited(one) && !isLate(one)).map(({ object }) => object);
  const level = levels(applied);
  const awaited = applied.filter(isAwaited);
  const numbers = [...new Set(awaited.map(level))].sort((one, other) => one - other);
  let number = 1;
  const named = (name: string, more: Omit<Stage, "file">): Stage => {
    number += 1;
    return { file: `manifestes/${String(number).padStart(2, "0")}-${name}.yaml`, ...more };
  };
  const first: Stage = {
    file: "manifestes/01-socle.yaml",
    objects: early.filter(({ kind }) => kind !== "Secret").sort((one, other) => rank(one) - rank(other)),
    wait: undefined,
  };
  const workloads = numbers.flatMap((each): Stage[] => {
    const here = awaited.filter((one) => level(one) === each);
    const of = (kinds: readonly string[]) =>
      here.map(({ object }) => object).filter(({ kind }) => kinds.includes(kind));
    const [serving, jobs] = [of(servers), of(["Job"])];
    return [
      ...(serving.length === 0 ? [] : [named("services", { objects: serving, wait: "rollout" })]),
      ...(jobs.length === 0 ? [] : [named("travaux", { objects: jobs, wait: "jobs" })]),
    ];
  });
  return {
    first,
    secrets: {
      file: "secrets/secrets.yaml",
      objects: early.filter(({ kind }) => kind === "Secret").map(encoded),
      wait: undefined,
    },
    workloads,
    last: named("portes", { objects: applied.filter(isLate).map(({ object }) => object), wait: undefined }),
  };
}

/** Number of waits before an object. */
function levels(applied: readonly Applied[]): (one: Applied) => number {
  const byUrn = new Map(applied.map((one) => [one.urn, one]));
  const known = new Map<string, number>();
  const level = (one: Applied): number => {
    const found = known.get(one.urn);
    if (found !== undefined) return found;
    const before = one.dependencies.flatMap((urn) => byUrn.get(urn) ?? []);
    const own = Math.max(0, ...before.map((each) => level(each) + (isAwaited(each) ? 1 : 0)));
    known.set(one.urn, own);
    return own;
  };
  return level;
}

/** A Secret as a cluster keeps it: what is only written, `stringData`, would be said twice by a second apply. */
function encoded({ stringData, data, ...secret }: AppliedObject): AppliedObject {
  const texts = Object.entries((stringData ?? {}) as Record<string, string>);
  const own = texts.map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { ...(secret as AppliedObject), data: { ...(data as object), ...Object.fromEntries(own) } };
}

/** Objects as a file that kubectl reads. */
export function documents(objects: readonly object[]): string {
  return objects.map((object) => `---\n${yaml.dump(object, { lineWidth: -1, noRefs: true })}`).join("");
}
