/** A list that has at least one word, as a choice needs. */
export function atLeastOne<Word extends string>([first, ...others]: readonly Word[]): [Word, ...Word[]] {
  if (first === undefined) throw new Error("There is nothing to choose from.");
  return [first, ...others];
}
