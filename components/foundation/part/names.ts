import type { Path } from "../declaration/position.ts";
import type { Translated } from "../language/language.ts";

/** What a name stands for that a stack publishes and people are told of: a namespace, a server, a volume. */
export interface NamedThing {
  /** What it is: the kind of its part, or of what is beside it. */
  kind: string;
  /** Whose it is, where there are several: a commune, an association. */
  owner?: string;
  /** Name of what it is there for, and stays with; undefined for what is there by itself. */
  of?: string;
  /** What people call it; `%` is its owner, or the title of what it is there for. */
  title: Translated;
  /** Where its retirement is declared; undefined for what goes with something else. */
  retirement?: Path;
  /** Name of what takes its protection away with its own; nothing else does when absent. */
  goesWith?: string;
  /** Whether it is an association's, or there for associations: what it is called follows from their files. */
  isOfAssociations?: boolean;
}

/** Names that are made of an owner's, each read as it is made. */
export interface OwnedNames {
  of(owner: string): string;
  /** Whose a name is; undefined for a name of anything else. */
  ownerOf(name: string): string | undefined;
}

/** Names of owners with something before them or after them. */
export function ownedNames(before: string, after = ""): OwnedNames {
  return {
    of: (owner) => `${before}${owner}${after}`,
    ownerOf(name) {
      const owner = name.slice(before.length, name.length - after.length);
      return owner !== "" && name === `${before}${owner}${after}` ? owner : undefined;
    },
  };
}
