/** French words for the fields of a part, which its schema names in English. */
export interface FrenchWords {
  /** By the last part of a field's name, or by the last two if those are more specific. */
  fields: Readonly<Record<string, string>>;
  /** Values that a declaration chooses from, by the last part of the field's name. */
  choices?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
