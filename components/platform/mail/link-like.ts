/** Separators between the parts of an address, and their likes: the slashes, colons and at signs of Unicode. */
const separators = /[:∶꞉ː˸@/\\⁄∕⧸╱]/u;

/**
 * A dot between a letter or digit and two letters: what follows it could be a top-level domain, all of which have two
 * letters at least. Dots of abbreviations (`S.O.S. Amitié`) and those before a space are none.
 */
const dotted = /(?<=[\p{L}\p{M}\p{N}_-])[.。](?=\p{L}\p{M}*\p{L})/u;

/**
 * Whether mail programs make a link of something in a text, or people take it for an address. Letters that look otherwise
 * and are read as the same (full width, ligatures) count as these.
 */
export function isLinkLike(text: string): boolean {
  const plain = text.normalize("NFKC");
  return separators.test(plain) || dotted.test(plain);
}

/** Message about such a name, in French. */
export const linkLikeFault =
  "Une messagerie ferait un lien de ce nom. Écrivez-le sans « : », « / » ni « @ ». Mettez une espace après le point.";
