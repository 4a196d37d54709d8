import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { z } from "zod";
import { writeJson } from "./files.ts";
import type { Layout } from "./layout.ts";

const port = z.int().min(1).max(65535);
const portsSchema = z.object({ api: port, https: port, http: port });

/** The host ports of one cluster, all on 127.0.0.1. */
export type Ports = z.infer<typeof portsSchema>;

/** The environment variable that sets each port. */
const portVariables = {
  api: "COMMUNE_API_PORT",
  https: "COMMUNE_HTTPS_PORT",
  http: "COMMUNE_HTTP_PORT",
} as const satisfies Record<keyof Ports, string>;

const first: Ports = { api: 6443, https: 8443, http: 8080 };
const names = ["api", "https", "http"] as const;
const candidates = 100;

/** The ports that a cluster was given before, or undefined. */
export function storedPorts(layout: Layout): Ports | undefined {
  try {
    return portsSchema.parse(JSON.parse(readFileSync(layout.ports, "utf8")));
  } catch {
    return undefined;
  }
}

/** Ports asked for in the environment. Throws on a value that is not a port number. */
export function portsFromEnvironment(environment: NodeJS.ProcessEnv): Partial<Ports> {
  const asked: Partial<Ports> = {};
  for (const name of names) {
    const text = environment[portVariables[name]];
    if (text !== undefined && text !== "") asked[name] = parsePort(text, portVariables[name]);
  }
  return asked;
}

/** A port number from text. Throws a sentence that names where the text came from. */
export function parsePort(text: string, source: string): number {
  const parsed = port.safeParse(Number(text));
  if (!parsed.success) throw new Error(`${source}: "${text}" is not a port; write a number from 1 to 65535.`);
  return parsed.data;
}

/**
 * Decides a cluster's ports and stores them: what is asked for now, else what it had before or the usual ones, else the
 * first free ones. Throws one sentence when a port that is asked for is taken by another program.
 */
export async function choosePorts(layout: Layout, asked: Partial<Ports>): Promise<Ports> {
  const [busy] = await busyPorts(asked);
  if (busy !== undefined) throw new Error(busy);
  const stored = storedPorts(layout);
  const taken = portsOfOthers(layout);
  for (const number of Object.values(asked)) taken.add(number);
  const chosen = { ...first };
  for (const name of names) {
    const usual = stored?.[name] ?? (layout.name === "commune" ? first[name] : first[name] + 1);
    chosen[name] = asked[name] ?? (await firstFree(usual, taken));
    taken.add(chosen[name]);
  }
  writeJson(layout.ports, chosen);
  return chosen;
}

/**
 * A sentence for each port that is asked for and cannot be had: taken by another program, or asked for twice. The
 * cluster itself must be down.
 */
export async function busyPorts(asked: Partial<Ports>): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, name] of names.entries()) {
    const number = asked[name];
    if (number === undefined) continue;
    if (names.slice(0, index).some((other) => asked[other] === number))
      problems.push(`port ${number} is given twice; api, https and http need different ports.`);
    else if (!(await isFree(number))) problems.push(busyMessage(name, number));
  }
  return problems;
}

/** The sentence for a port that another program holds. */
function busyMessage(name: keyof Ports, number: number): string {
  return `port ${number} (${name}) on 127.0.0.1 is used by another program: stop it, or choose another port with --${name}-port or ${portVariables[name]}.`;
}

/** Whether nothing listens on this port of 127.0.0.1. */
export function isFree(number: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port: number, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

async function firstFree(from: number, taken: ReadonlySet<number>): Promise<number> {
  for (let number = from; number < from + candidates; number++) {
    if (!taken.has(number) && (await isFree(number))) return number;
  }
  throw new Error(`no free port from ${from} to ${from + candidates - 1} on 127.0.0.1; name one yourself.`);
}

/** Ports stored by the other clusters of the same state folder, running or not. */
function portsOfOthers(layout: Layout): Set<number> {
  const state = dirname(layout.root);
  const taken = new Set<number>();
  let folders: string[] = [];
  try {
    folders = readdirSync(state).filter((name) => name !== layout.name);
  } catch {
    return taken;
  }
  for (const name of folders) {
    const ports = storedPorts({ ...layout, ports: join(state, name, "ports.json") });
    for (const number of Object.values(ports ?? {})) taken.add(number);
  }
  return taken;
}
