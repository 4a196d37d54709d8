import { createServer, type Server } from "node:http";
import { connect } from "node:net";

/** A proxy that leads every tunnel to one address, whatever name it is for: restic asks the public DNS otherwise. */
export async function tunnelTo({ host, port }: { host: string; port: number }): Promise<{
  url: string;
  close: () => Promise<void>;
}> {
  const server: Server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (_, client, head) => {
    const there = connect(port, host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      there.write(head);
      client.pipe(there).pipe(client);
    });
    for (const socket of [client, there])
      socket.on("error", () => [client, there].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
