/** Something that may need others of its list, by their kinds. */
interface Needing {
  kind: string;
  needs?: readonly string[];
}

/**
 * Parts, each after all that it needs, and otherwise in the order of the list.
 *
 * @throws Error where a part needs itself, over others or not, or what no part of the list is.
 */
export function inOrderOfNeeds<Each extends Needing>(list: readonly Each[]): Each[] {
  const ordered = new Set<Each>();
  const place = (part: Each, needing: readonly string[]): void => {
    const { kind, needs = [] } = part;
    if (needing.includes(kind)) throw new Error(`${[...needing, kind].join(" needs ")}`);
    for (const needed of needs) {
      const found = list.filter((each) => each.kind === needed);
      if (found.length === 0) throw new Error(`${kind} needs ${needed}, and there is no such part`);
      for (const each of found) place(each, [...needing, kind]);
    }
    ordered.add(part);
  };
  for (const part of list) place(part, []);
  return [...ordered];
}
