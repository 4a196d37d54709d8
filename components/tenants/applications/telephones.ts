import { namespaceOf, type Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import { secretLabel } from "./application.ts";

/** Name of the pages of accounts, and the suffix of their namespace. */
export const accountsService = "accounts";

/** Name of the Service that the agendas of associations ask there, and its port. */
export const devicesService = `${accountsService}-devices`;
export const devicesPort = 8082;

/** Where an agenda asks whose password a telephone has: inside the cluster, behind a named opening. */
export function devicesAddress({ commune }: { commune: string }): string {
  const namespace = namespaceOf({ commune, service: accountsService });
  return `http://${devicesService}.${namespace}.svc:${devicesPort}/check`;
}

/** Who answers it. */
export interface AnswersAgendas {
  /** Lets an agenda ask about passwords of telephones; returns its half of the opening, for its own namespace. */
  openTo(agendas: Workloads): NetworkPolicy;
}

/**
 * What the agenda of an association asks with: it says which one asks.
 *
 * @param service of the association: `t-chorale`.
 */
export function agendaKey(service: string): SecretLabel {
  const description = "what the agenda asks with about passwords of telephones";
  return secretLabel(service, "radicale", "devices", "by itself", description);
}
