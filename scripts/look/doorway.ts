import { readFileSync } from "node:fs";
import { Agent, buildConnector } from "undici";

/** How to reach a commune's public addresses from this machine. */
export interface Doorway {
  /** Address that stands for every public name; the public DNS when absent. */
  address?: { host: string; port: number };
  /** Certificate of the authority that signs them; the system's authorities when absent. */
  caFile?: string;
}

/** Connects to the doorway's address while asking for the public name, as a browser with a changed DNS would. */
export function agentFor({ address, caFile }: Doorway, options: Agent.Options = {}): Agent {
  const connect = buildConnector(caFile === undefined ? {} : { ca: readFileSync(caFile) });
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
