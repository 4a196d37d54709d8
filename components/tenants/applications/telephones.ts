import { namespaceOf, type Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import { secretLabel } from "./application.ts";

/** Name of the pages of accounts, and suffix of their namespace. */
export const accountsService = "accounts";

/** Name of the Service there that the agendas of associations ask, and its port. */
export const devicesService = `${accountsService}-devices`;
export const devicesPort = 8082;

/** Returns the address at which an agenda checks a telephone's password: inside the cluster, behind a named opening. */
export function devicesAddress({ commune }: { commune: string }): string {
  const namespace = namespaceOf({ commune, service: accountsService });
  return `http://${devicesService}.${namespace}.svc:${devicesPort}/check`;
}

/** The component that answers agendas. */
export interface AnswersAgendas {
  /** Lets an agenda check passwords of telephones; returns the policy for the agenda's own namespace. */
  openTo(agendas: Workloads): NetworkPolicy;
}

/**
 * Returns the label of the key with which an association's agenda asks: the key says which one asks.
 *
 * @param service of the association: `t-chorale`.
 */
export function agendaKey(service: string): SecretLabel {
  const description = "what the agenda asks with about passwords of telephones";
  return secretLabel(service, "radicale", "devices", "by itself", description);
}
