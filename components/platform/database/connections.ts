import { show } from "../../foundation/declaration/show.ts";

/**
 * Connections of one kind of process to its database server, at its busiest moment: a roll, when a new pod starts beside
 * those that serve.
 */
export interface Connections {
  /** Name of the process, as its pods are called: `web`. */
  process: string;
  /** Pods of it that run at that moment. */
  pods: number;
  /** Most connections that each of them opens. */
  each: number;
}

/** Returns the number of connections of several kinds of processes together. */
export function connectionsOf(connections: readonly Connections[]): number {
  return connections.reduce((sum, { pods, each }) => sum + pods * each, 0);
}

/** Memory of a server for each connection that it allows, MiB: a backend, its sorts, and its part of what all share. */
const perConnectionMiB = 8;

/** Fewest connections that a server allows, whatever its memory. */
const fewest = 40;

/** Most connections that a server allows: each is a process of the server, and more of them wait for each other. */
const most = 200;

/**
 * Connections that no service may count on: three are PostgreSQL's for its superuser (`superuser_reserved_connections`),
 * the others are for Jobs, dumps, the keeper, an operator and people.
 */
const ownConnections = 10;

/** Returns the connections that a server of a given memory allows: its `max_connections`. */
export function connectionsAllowed(memoryMiB: number): number {
  return Math.min(most, Math.max(fewest, Math.round(memoryMiB / perConnectionMiB)));
}

/** Returns the memory that a server needs to allow these connections of services, MiB. */
export function memoryForConnections(connections: number): number {
  return (connections + ownConnections) * perConnectionMiB;
}

/** A service on a server, with what it asks of it. */
interface Asking {
  service: string;
  connections: readonly Connections[];
}

/**
 * Finds whether services ask for more connections than their server allows: PostgreSQL would refuse some of them at the
 * busiest moment (`too many clients already`).
 *
 * @param memory of the server, and whether it is declared or follows from the services.
 * @returns what is wrong and what to do, as a sentence; undefined if all of them fit.
 */
export function connectionProblem(
  services: readonly Asking[],
  memory: { memoryMiB: number; isDeclared: boolean },
): string | undefined {
  const asked = connectionsOf(services.flatMap(({ connections }) => connections));
  const allowed = connectionsAllowed(memory.memoryMiB);
  if (asked <= allowed - ownConnections) return undefined;
  const who = services.map(
    ({ service, connections }) => `${service} for ${connectionsOf(connections)} (${told(connections)})`,
  );
  const found = `PostgreSQL allows ${allowed} connections with ${memory.memoryMiB} MiB and keeps ${ownConnections} for its own work; ${who.join(" and ")} ask${services.length === 1 ? "s" : ""}, at the busiest moment.`;
  const isEnough = asked <= most - ownConnections;
  if (memory.isDeclared && isEnough)
    return `${found} Write at least ${show(`${memoryForConnections(asked)} MiB`)}, or take the memory out.`;
  return `${found} No server allows more than ${most}. Give one of the services a server of its own (dedicatedDatabase: {}), or declare fewer people for it (docs/database.md).`;
}

const told = (connections: readonly Connections[]) =>
  connections.map(({ process, pods, each }) => `${process} ${pods} × ${each}`).join(", ");
