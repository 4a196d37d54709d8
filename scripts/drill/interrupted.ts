/** A person interrupted the drill: nothing of it failed. */
export class Interrupted extends Error {}
