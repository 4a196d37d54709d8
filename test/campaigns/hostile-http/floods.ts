import { connect, type Socket } from "node:net";
import type { Running } from "./running.ts";

/** Many connections at once that each do the same. */
export interface Flood {
  name: string;
  bytes: (running: Running) => string | undefined;
  /** Whether what is answered is taken. */
  reads: boolean;
  /** Fewer connections than of the others. */
  atMost?: number;
}

/** The head of a request, with what the program's front adds. */
const head = ({ program: { headers = [] } }: Running, line: string, ...more: string[]) =>
  [`${line} HTTP/1.1`, "host: x", ...headers, ...more, "", ""].join("\r\n");

const longest = (running: Running) =>
  head(running, `GET ${running.program.largest}`, "accept-encoding: identity");

export const floods: readonly Flood[] = [
  { name: "say nothing", bytes: () => "", reads: true },
  {
    name: "do not end their headers",
    bytes: () => `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${"a".repeat(15_000)}`,
    reads: true,
  },
  {
    name: "do not end their bodies of 16 KB",
    bytes: (running) => {
      const { reads, readsBy = "POST" } = running.program;
      return reads && head(running, `${readsBy} ${reads}`, "content-length: 16384") + "a".repeat(16_000);
    },
    reads: true,
  },
  { name: "do not read the answer", bytes: longest, reads: false },
  {
    name: "ask a thousand times before they read",
    bytes: (running) => longest(running).repeat(1000),
    reads: false,
    // Node takes a whole packet apart before anybody can stop it, some 3 MiB of objects. No ingress controller passes
    // such a packet on, and nobody else reaches these programs.
    atMost: 20,
  },
];

/**
 * Opens `count` connections of a flood, keeps them for a while, and lets go of them.
 *
 * @returns how many there were, how many were still open at the end, and how long it took afterwards until a plain
 * question was answered, milliseconds.
 */
export async function play(
  flood: Flood,
  running: Running,
  { count, holdMs }: { count: number; holdMs: number },
): Promise<{ opened: number; open: number; recoveredMs: number } | undefined> {
  const bytes = flood.bytes(running);
  if (bytes === undefined) return undefined;
  const sockets: Socket[] = [];
  for (let index = 0; index < Math.min(count, flood.atMost ?? count); index += 1) {
    const socket = connect(running.program.port, "127.0.0.1");
    socket.on("error", () => undefined);
    if (flood.reads) socket.resume();
    if (bytes !== "") socket.write(bytes);
    sockets.push(socket);
    // The machine takes a few hundred at a time.
    if (index % 200 === 199) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, holdMs));
  const open = sockets.filter((socket) => !socket.closed && !socket.connecting).length;
  for (const socket of sockets) socket.destroy();
  return { opened: sockets.length, open, recoveredMs: await running.answers() };
}
