import { connect, createServer, type Socket } from "node:net";

/**
 * Run within the network of a cluster, which leads nowhere: takes connections there and passes each on to a socket file,
 * which both networks see.
 */
const [address = "", port = "", socket = ""] = process.argv.slice(2);

function join(outer: Socket, inner: Socket): void {
  outer.pipe(inner).pipe(outer);
  outer.on("error", () => inner.destroy());
  inner.on("error", () => outer.destroy());
}

createServer({ allowHalfOpen: true }, (outer) =>
  join(outer, connect({ path: socket, allowHalfOpen: true })),
).listen(Number(port), address, () => console.log("listens"));
