import type { ArchiveGuide } from "../application.ts";

export const siteGuide: ArchiveGuide = {
  contents: () => [
    "`site/` : les pages de votre site, telles quelles. N’importe quel hébergeur de fichiers les sert.",
  ],
  goOn: () => "",
};
