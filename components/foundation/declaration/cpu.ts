import { readQuantity, type Unit } from "./quantity.ts";
import { Refusal, written } from "./written.ts";

/** A share of processor time. */
export interface Cpu {
  millicores: number;
  /** The Kubernetes spelling, such as `250m` or `2` (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/). */
  quantity: string;
  /** As declared, such as `0.25 cores`. */
  text: string;
}

const units: readonly Unit[] = [
  {
    one: "core",
    many: "cores",
    worth: 1000,
    meant: ["cpu", "cpus", "vcpu", "vcpus", "c", "coeur", "cœur", "coeurs", "cœurs"],
  },
];

/** A share of processors known to the program: `cpuOf("0.25 cores")`. Throws on anything a declaration could not say. */
export function cpuOf(text: string): Cpu {
  const millicores = readQuantity(text, units, 3);
  if (millicores instanceof Refusal) throw new RangeError(`"${text}" ${millicores.reason}.`);
  return {
    millicores,
    quantity: millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`,
    text,
  };
}

/** A written share of processors such as `0.25 cores`, in steps of a thousandth, both bounds included. */
export function cpu({ minimum = "0.001 cores", maximum = "256 cores", example = "0.25 cores" } = {}) {
  const [least, most] = [cpuOf(minimum), cpuOf(maximum)];
  return written<Cpu>({
    title: `processors from ${least.text} to ${most.text}`,
    noun: "a number of cores",
    example,
    pattern: /^(1 core|[0-9]{1,3}(\.[0-9]{1,3})? cores)$/,
    maximumLength: 20,
    bareNumber: "has no unit",
    read(text) {
      const [, milli] = /^\s*(\d{1,6})\s*m\s*$/.exec(text) ?? [];
      const millicores = readQuantity(milli ? `${Number(milli) / 1000} cpu` : text, units, 3);
      if (millicores instanceof Refusal) return millicores;
      if (millicores < least.millicores) return new Refusal(`is less than ${least.text}, the least allowed`);
      if (millicores > most.millicores) return new Refusal(`is more than ${most.text}, the most allowed`);
      return cpuOf(text);
    },
  });
}
