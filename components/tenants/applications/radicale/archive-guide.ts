import type { ArchiveGuide } from "../application.ts";

export const radicaleGuide: ArchiveGuide = {
  contents: () => [
    "`radicale/fichiers.tar` : votre agenda et vos contacts. Chaque rendez-vous est un fichier `.ics`, chaque contact un fichier `.vcf`, que tout agenda importe.",
  ],
  goOn: () => "",
};
