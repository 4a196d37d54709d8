import * as z from "zod";
import { line } from "../../foundation/declaration/line.ts";
import { named } from "../../foundation/declaration/section.ts";
import { Refusal, written } from "../../foundation/declaration/written.ts";

/** Schema of the short name of a part of an application: a volume, a secret, a timed job. */
export function shortName(noun: string, example: string) {
  return line({ maximumLength: 30, example, noun }).check(({ value, issues }) => {
    if (!/^[a-z][a-z0-9-]*$/.test(value))
      issues.push({
        code: "custom",
        input: value,
        message: "may only have small letters, digits and hyphens, a letter first.",
      });
  });
}

/** Schema of the name of a field, as in a declaration and in a chart's values. */
export function fieldName() {
  return line({ maximumLength: 30, example: "title", noun: "the name of a field" }).check(
    ({ value, issues }) => {
      if (!/^[a-z][A-Za-z0-9]*$/.test(value))
        issues.push({
          code: "custom",
          input: value,
          message: "may only have letters and digits, a small letter first.",
        });
    },
  );
}

/** Schema of a text for people, of up to 2,000 characters on any number of lines. */
export function prose(example: string) {
  return z
    .string()
    .min(1)
    .max(2000)
    .meta({ title: "text", examples: [example] });
}

/** Schema of a positive whole number of one unit, as Kubernetes writes it. */
export function kubernetesQuantity(unit: string, noun: string, example: string) {
  const pattern = new RegExp(`^[1-9][0-9]*${unit}$`);
  return written<number>({
    title: `${noun}, as Kubernetes writes it`,
    noun,
    example,
    pattern,
    maximumLength: 12,
    read: (text) =>
      pattern.test(text) ? Number.parseInt(text, 10) : new Refusal(`is not a whole number of ${unit}`),
  });
}

/** Schema of a size in MiB. */
export const memory = () => kubernetesQuantity("Mi", "a size in MiB", "224Mi");
/** Schema of thousandths of a core. */
export const processor = () => kubernetesQuantity("m", "thousandths of a core", "500m");

/** Schema of an absolute path in the container. */
export function containerPath(example: string) {
  return line({ maximumLength: 200, example, noun: "a path" }).check(({ value, issues }) => {
    if (!value.startsWith("/"))
      issues.push({ code: "custom", input: value, message: "does not begin with /." });
  });
}

/** Schema of a command, word by word. */
export const words = (example: string) =>
  z
    .array(z.string().min(1).max(4000))
    .min(1)
    .max(20)
    .meta({ title: "command", examples: [[example]] });

/** Schema of the name of a file of `files/`, which is its key in the chart's ConfigMap. */
const fileName = line({ maximumLength: 60, example: "apache.conf", noun: "the name of a file" }).check(
  ({ value, issues }) => {
    if (value === "nginx.conf")
      issues.push({
        code: "custom",
        input: value,
        message:
          '"nginx.conf" is the file of the front (nginx). Give yours another name, such as own-nginx.conf.',
      });
  },
);

/** Schema of files of `files/`, each with its path in the container. */
export const filesAt = named(fileName, containerPath("/config/install.sh"), "files");
