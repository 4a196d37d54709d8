/** French names with `à` before them: `au serveur`, `aux associations`, `à l’association`, `à Nextcloud`. */
export function toward(title: string): string {
  return /^les? /.test(title) ? title.replace(/^le /, "au ").replace(/^les /, "aux ") : `à ${title}`;
}

/** French names with `de` before them: `du serveur`, `des associations`, `de l’association`, `d’Annecy`. */
export function of(title: string): string {
  if (/^les? /.test(title)) return title.replace(/^le /, "du ").replace(/^les /, "des ");
  return /^[aeiouyàâéèêëîïôûh]/i.test(title) ? `d’${title}` : `de ${title}`;
}
