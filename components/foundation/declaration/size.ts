import { readQuantity, type Unit } from "./quantity.ts";
import { Refusal, written } from "./written.ts";

/** An amount of storage or memory. */
export interface Size {
  bytes: number;
  /** The Kubernetes spelling, such as `5Gi` (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/). */
  quantity: string;
  /** As declared, such as `5 GiB`. */
  text: string;
}

const units: readonly Unit[] = [
  { one: "KiB", many: "KiB", worth: 1024, meant: ["k", "ki", "kb", "ko", "kio"] },
  { one: "MiB", many: "MiB", worth: 1024 ** 2, meant: ["m", "mi", "mb", "mo", "mio"] },
  { one: "GiB", many: "GiB", worth: 1024 ** 3, meant: ["g", "gi", "gb", "go", "gio"] },
  { one: "TiB", many: "TiB", worth: 1024 ** 4, meant: ["t", "ti", "tb", "to", "tio"] },
];

/** A size known to the program: `sizeOf("5 GiB")`. Throws on anything a declaration could not say. */
export function sizeOf(text: string): Size {
  const bytes = readQuantity(text, units);
  if (bytes instanceof Refusal) throw new RangeError(`"${text}" ${bytes.reason}.`);
  return { bytes, quantity: text.replace(" ", "").replace("B", ""), text };
}

/** A size in whole gibibytes, rounded up: the unit of volumes. */
export function gibibytes({ bytes }: Pick<Size, "bytes">): number {
  return Math.ceil(bytes / 1024 ** 3);
}

/** A size in whole mebibytes, rounded: the unit of memory. */
export function mebibytes({ bytes }: Pick<Size, "bytes">): number {
  return Math.round(bytes / 1024 ** 2);
}

/** A written size such as `5 GiB`: whole numbers of KiB, MiB, GiB or TiB, both bounds included. */
export function size({ minimum = "1 KiB", maximum = "1024 TiB", example = "5 GiB" } = {}) {
  const [least, most] = [sizeOf(minimum), sizeOf(maximum)];
  return written<Size>({
    title: `size from ${least.text} to ${most.text}`,
    noun: "a size",
    example,
    pattern: /^[1-9][0-9]{0,8} [KMGT]iB$/,
    maximumLength: 20,
    bareNumber: "has no unit",
    read(text) {
      const bytes = readQuantity(text, units);
      if (bytes instanceof Refusal) return bytes;
      if (bytes < least.bytes) return new Refusal(`is less than ${least.text}, the least allowed`);
      if (bytes > most.bytes) return new Refusal(`is more than ${most.text}, the most allowed`);
      return sizeOf(text);
    },
  });
}
