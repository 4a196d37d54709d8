import type { Person } from "../letters/directory.ts";

/** Everybody of the town, but whom a test makes itself. Each noun says whom it changes, so that the others may read the rest. */
export const people: Readonly<Record<string, Person>> = {
  camille: { groups: ["agents"], password: "correct-horse-1" },
  alix: { groups: ["t-chorale-members"], password: "correct-horse-2" },
  // Is no member any more, and nobody, after the tests of accounts.
  noa: { groups: ["t-chorale-admins", "t-chorale-members"], password: "correct-horse-4" },
  // Administers no more after those of telephones.
  lou: { groups: ["t-judo-admins"], password: "correct-horse-3" },
  sacha: { groups: ["t-judo-members"], password: "correct-horse-5" },
  // Registers a second factor, once that is asked for.
  gabi: { groups: ["t-judo-admins"], password: "correct-horse-4" },
  // Changes their password.
  paule: { groups: ["t-judo-members"], password: "correct-horse-6" },
  // Has just come, and chooses a password by the letter.
  noe: { groups: ["t-judo-members"] },
};

export const passwordOf = (who: string): string => people[who]?.password ?? "";
