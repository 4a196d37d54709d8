import * as z from "zod";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import { containersOf, podOf } from "./pods.ts";

/** A text in an object that anybody who may read the object can read, and where it stands. */
export interface ReadableText {
  /** `the key nginx.conf`, `the variable S3_ENDPOINT of container web`, `an argument of container web`. */
  where: string;
  /** The name that it was given there; undefined for arguments. */
  name: string | undefined;
  text: string;
}

const data = z.record(z.string(), z.string()).catch({});

/** Texts in the clear in a ConfigMap, in variables and in command lines, without what only a Secret has. */
export function textsOf(object: KubernetesObject): ReadableText[] {
  if (object.kind === "ConfigMap") {
    return Object.entries(data.parse(object.data)).map(([name, text]) => ({
      where: `the key ${name}`,
      name,
      text,
    }));
  }
  return containersOf(podOf(object)).flatMap(({ name: container, env = [], command = [], args = [] }) => [
    ...env.flatMap(({ name, value }) =>
      value === undefined
        ? []
        : [{ where: `the variable ${name} of container ${container}`, name, text: value }],
    ),
    ...[...command, ...args].map((text) => ({
      where: `an argument of container ${container}`,
      name: undefined,
      text,
    })),
  ]);
}
