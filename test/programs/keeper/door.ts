import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server. Shut, it accepts connections and lets nothing pass, as a host does that hangs. */
export class Door {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isShut = false;

  private constructor(private readonly server: Server) {}

  /** @param url address of the server: `http://127.0.0.1:8080`. */
  static async before(url: string): Promise<Door> {
    const port = Number(new URL(url).port);
    const server = createServer((from) => door.pair(from, connect(port, "127.0.0.1")));
    const door = new Door(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  shut(): void {
    this.isShut = true;
    for (const pair of this.pairs) for (const socket of pair) socket.unpipe();
  }

  /** Lets pass what was held back, too. */
  open(): void {
    this.isShut = false;
    for (const pair of this.pairs) join(pair);
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    await once(this.server.close(), "close");
  }

  private pair(...pair: readonly [Socket, Socket]): void {
    this.pairs.add(pair);
    for (const socket of pair) {
      // Either end may break off; then the other one does.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    if (!this.isShut) join(pair);
  }
}

function join([from, to]: readonly [Socket, Socket]): void {
  from.pipe(to);
  to.pipe(from);
}
