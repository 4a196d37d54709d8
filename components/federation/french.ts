import type { FrenchWords } from "../foundation/part/french.ts";

/** French words for its fields. */
export const french: FrenchWords = {
  fields: {
    except: "sauf",
    only: "seulement",
    period: "intervalle de vérification",
    redundancy: "copies de vidéos des voisines",
    relays: "relais",
    services: "services",
    with: "communes liées",
  },
};
