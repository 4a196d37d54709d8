/** An association as the commune's own pages show it. */
export interface ListedAssociation {
  name: string;
  /** Day until which it is hosted: it is not shown after it. */
  expires: string;
  /** Its pages that everybody may read: what each is, and its public name. */
  places: readonly { what: string; host: string }[];
}

/** Those that are hosted on a day, `2026-11-28`; the last day counts. */
export function hostedOn(associations: readonly ListedAssociation[], day: string): ListedAssociation[] {
  return associations.filter(({ expires }) => expires >= day);
}
