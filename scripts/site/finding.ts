import type { Translated } from "../../components/foundation/language/language.ts";

/** Subjects of findings, in the order in which they are shown. */
export const subjects = {
  version: { en: "Kubernetes", fr: "Kubernetes" },
  nodes: { en: "nodes", fr: "nœuds" },
  availability: { en: "loss of a node", fr: "perte d’un nœud" },
  postgresql: { en: "PostgreSQL", fr: "PostgreSQL" },
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
} as const satisfies Record<string, Translated>;

/** `fits`, `care`: it works, and somebody should know; `stops`: a commune cannot come up, or not safely. */
export type Level = "fits" | "care" | "stops";

/** Fact about a cluster, and its consequence for a commune. */
export interface SiteFinding {
  subject: keyof typeof subjects;
  level: Level;
  said: Translated;
  /** Settings that follow from it. */
  settings?: Readonly<Record<string, string>>;
}
