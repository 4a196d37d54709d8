/** Ways in which a change can be undone, from easiest to impossible. */
export const effects = ["reversible", "needs a restore point", "irreversible", "refused"] as const;

/**
 * `reversible`: the former declaration restores the former state. `needs a restore point`: the change is permitted,
 * and only a copy from before it restores the former state: points-before.ts takes one. `irreversible`: nothing
 * restores it. `refused`: the change is not made.
 */
export type Effect = (typeof effects)[number];

/**
 * Returns the effect of a change from the rule that judges the way back: if the rule refuses it, declaring the former
 * state does not restore it, and only a copy from before does.
 */
export function effectOf(wayBack: object | undefined): Effect {
  return wayBack === undefined ? "reversible" : "needs a restore point";
}

/** Interruptions that people notice while a change is made, from shortest to longest. */
export const interruptions = ["none", "short", "until migrated", "until restored", "ended"] as const;

/** `short`: some seconds to a minute. `ended`: nobody can use it any more. */
export type Interruption = (typeof interruptions)[number];
