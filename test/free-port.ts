import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that Linux gives to outgoing connections, and below those of Kubernetes' nodes. */
const [lowest, highest] = [12_000, 29_999];

/** Returns a port of this machine that is free, and that nobody gets who asks for any port before it is used. */
export async function freePort(): Promise<number> {
  const port = randomInt(lowest, highest + 1);
  const server = createServer().listen(port);
  const isFree = await once(server, "listening").then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  await once(server.close(), "close");
  return port;
}
