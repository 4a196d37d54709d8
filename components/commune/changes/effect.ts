/** What becomes of a change that somebody regrets, the gentlest first. */
export const effects = ["reversible", "needs a restore point", "irreversible", "refused"] as const;

/**
 * `reversible`: what was declared before gives back what was before. `needs a restore point`: it goes through, and only a
 * copy from before gives back what was before: points-before.ts takes it. `irreversible`: nothing does. `refused`: it is
 * not made.
 */
export type Effect = (typeof effects)[number];

/**
 * What becomes of a change, by asking the rule that refuses of the way back: where it has something to say, declaring what
 * was does not give it back, and only a copy from before does.
 */
export function effectOf(wayBack: object | undefined): Effect {
  return wayBack === undefined ? "reversible" : "needs a restore point";
}

/** What people notice while a change is made, the least first. */
export const interruptions = ["none", "short", "until migrated", "until restored", "ended"] as const;

/** `short`: some seconds to a minute. `ended`: nobody can use it any more. */
export type Interruption = (typeof interruptions)[number];
