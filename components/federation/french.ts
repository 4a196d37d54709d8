import type { FrenchWords } from "../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    also: "communes liées d’autres groupes",
    except: "sauf",
    only: "seulement",
    period: "intervalle de vérification",
    redundancy: "copies de vidéos des voisines",
    relays: "relais",
    services: "services",
    videoIndex: "moteur de recherche de vidéos",
    with: "communes liées",
  },
};
