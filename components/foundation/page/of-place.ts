/**
 * `de Bron`, `d’Albigny-sur-Saône`, `du Tronquoy`, `des Chères`: of a place, as French joins it with its name. A name with an
 * h is taken for one that is aspirated.
 */
export function ofPlace(name: string): string {
  const [, article, rest = ""] = /^(Les?) (.+)$/.exec(name) ?? [];
  if (article !== undefined) return `${article === "Le" ? "du" : "des"} ${rest}`;
  const first = name.charAt(0).normalize("NFD").charAt(0).toLowerCase();
  return "aeiouyœæ".includes(first) && first !== "" ? `d’${name}` : `de ${name}`;
}
