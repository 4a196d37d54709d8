import type { FrenchWords } from "../../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    expectedViewers: "spectateurs attendus",
    integrity: "empreinte",
    live: "direct",
    originals: "garde des originaux",
    p2p: "partage entre spectateurs",
    pluginMirror: "copie des extensions",
    plugins: "extensions",
    runners: "conversion ailleurs",
    signup: "inscriptions",
    transcoding: "conversion des vidéos",
  },
  choices: {
    runners: { none: "non", outside: "oui" },
    transcoding: { sober: "sobre", full: "complète" },
  },
};
