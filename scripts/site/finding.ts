import type { Tongue } from "../../components/commune/changes/words.ts";

/** A sentence in every language that the command speaks. */
export type Said = Readonly<Record<Tongue, string>>;

/** What was looked at, in the order in which it is shown. */
export const subjects = {
  version: { en: "Kubernetes", fr: "Kubernetes" },
  nodes: { en: "nodes", fr: "nœuds" },
  rights: { en: "rights", fr: "droits" },
  images: { en: "images", fr: "images" },
  podSecurity: { en: "Pod Security", fr: "Pod Security" },
  policies: { en: "network policies", fr: "règles réseau" },
  dns: { en: "names", fr: "noms" },
  api: { en: "API server", fr: "serveur d’API" },
  ingress: { en: "ingress", fr: "entrée" },
  certificates: { en: "certificates", fr: "certificats" },
  storage: { en: "storage", fr: "stockage" },
  quotas: { en: "quotas", fr: "quotas" },
  ipv6: { en: "IPv6", fr: "IPv6" },
} as const satisfies Record<string, Said>;

/** `fits`, `care`: it works, and somebody should know; `stops`: a commune cannot come up, or not safely. */
export type Level = "fits" | "care" | "stops";

/** What is so on a cluster, and what it means for a commune. */
export interface Finding {
  subject: keyof typeof subjects;
  level: Level;
  said: Said;
  /** Settings that follow from it. */
  settings?: Readonly<Record<string, string>>;
}
