import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { Agent, buildConnector } from "undici";
import { spoken } from "../language.ts";

/** Way to a commune's public addresses from this machine. */
export interface Doorway {
  /** Address that stands for every public name; the public DNS when absent. */
  address?: { host: string; port: number };
  /** Certificate of the authority that signs them; the system's authorities when absent. */
  caFile?: string;
  /** Whether the authority alone counts, and not the names in the certificate. */
  anyName?: boolean;
}

/** The doorway that options of a command name: `--address <host:port>` and `--ca <file>`. */
export function doorwayOf({ address, ca }: { address?: string; ca?: string }): Doorway {
  const [host = "", port = "443"] = address?.split(":") ?? [];
  return {
    ...(address ? { address: { host, port: Number(port) } } : {}),
    ...(ca ? { caFile: ca } : {}),
  };
}

/** Connects to the doorway's address while asking for the public name, as a browser with a changed DNS would. */
export function agentFor({ address, caFile, anyName = false }: Doorway, options: Agent.Options = {}): Agent {
  const connect = buildConnector({
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(anyName && { checkServerIdentity: () => undefined }),
  });
  if (address === undefined) return new Agent({ ...options, connect });
  return new Agent({
    ...options,
    connect: (asked, callback) =>
      connect(
        {
          ...asked,
          hostname: address.host,
          port: String(address.port),
          servername: asked.servername ?? asked.hostname,
        },
        callback,
      ),
  });
}

/** Names that lead nowhere from this machine; none if an address stands for all of them. */
export async function lostNames({ address }: Doorway, hosts: readonly string[]): Promise<string[]> {
  if (address !== undefined) return [];
  const found = await Promise.all(
    hosts.map((host) =>
      lookup(host).then(
        () => [],
        () => [host],
      ),
    ),
  );
  return found.flat();
}

/** Returns why a browser here would not trust what answers for a host; undefined if it would. */
export function certificateProblem({ address, caFile }: Doorway, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls(
      {
        host: address?.host ?? host,
        port: address?.port ?? 443,
        servername: host,
        timeout: 10_000,
        ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      },
      () => end(undefined),
    );
    const end = (problem: string | undefined) => {
      socket.destroy();
      resolve(problem);
    };
    socket.on("error", ({ message }) => end(message));
    socket.on("timeout", () => end(spoken({ en: "no answer within 10 s", fr: "pas de réponse en 10 s" })));
  });
}
