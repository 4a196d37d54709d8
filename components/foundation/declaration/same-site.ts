/**
 * Names below `fr` under which anybody may register one, so that two names below them are two sites to a browser.
 * Source: https://publicsuffix.org/list/public_suffix_list.dat, November 2026, its section of `fr`.
 */
const sharedNames = ["asso.fr", "com.fr", "gouv.fr", "nom.fr", "prd.fr", "tm.fr"];

/**
 * Returns the part of a domain that somebody registered, as far as that can be told without the whole list of public
 * suffixes: its last two parts, or three below the shared names of `fr`. Where the whole list knows a longer suffix,
 * two sites count as one here; never the other way round.
 */
function registrable(domain: string): string {
  const parts = domain.split(".");
  const isShared = sharedNames.includes(parts.slice(-2).join("."));
  return parts.slice(isShared ? -3 : -2).join(".");
}

/** Whether pages of one domain can set cookies that the other is sent. */
export function isSameSite(one: string, other: string): boolean {
  return registrable(one) === registrable(other);
}
