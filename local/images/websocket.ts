import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Longest message that a client may send, in bytes. */
const longest = 64 * 1024;

/**
 * The server's end of one WebSocket (RFC 6455), for texts. No package for it is among the dependencies, and
 * Node has the client's end only.
 */
export class WebSocketConnection {
  private buffered = Buffer.alloc(0);
  private open = true;

  private constructor(
    private readonly socket: Duplex,
    private readonly receive: (text: string) => void,
    closed: () => void,
  ) {
    socket.on("data", (chunk: Buffer) => this.read(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.open = false;
      closed();
    });
  }

  /** Answers an upgrade request. Undefined, and the socket ended with 400, when it is not a WebSocket's. */
  static accept(
    request: IncomingMessage,
    socket: Duplex,
    on: { text: (text: string) => void; close: () => void },
    headers: Record<string, string> = {},
  ): WebSocketConnection | undefined {
    const key = request.headers["sec-websocket-key"];
    if (request.headers.upgrade?.toLowerCase() !== "websocket" || !key) {
      socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return undefined;
    }
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    const lines = Object.entries({
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Accept": accept,
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
    return new WebSocketConnection(socket, on.text, on.close);
  }

  send(text: string): void {
    this.write(0x1, Buffer.from(text));
  }

  ping(): void {
    this.write(0x9, Buffer.alloc(0));
  }

  close(code = 1000): void {
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.write(0x8, body);
    this.socket.end();
  }

  private write(opcode: number, body: Buffer): void {
    if (!this.open) return;
    const short = body.length < 126;
    const head = Buffer.alloc(short ? 2 : body.length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    if (short) head[1] = body.length;
    else if (head.length === 4) {
      head[1] = 126;
      head.writeUInt16BE(body.length, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(body.length), 2);
    }
    this.socket.write(Buffer.concat([head, body]));
  }

  private read(chunk: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    for (let frame = this.next(); frame; frame = this.next()) {
      if (frame.opcode === 0x8) this.close();
      if (frame.opcode === 0x9) this.write(0xa, frame.body);
      if (frame.opcode === 0x1) this.receive(frame.body.toString("utf8"));
    }
  }

  /** Takes one whole frame out of what has arrived. Clients mask their frames, and send whole messages here. */
  private next(): { opcode: number; body: Buffer } | undefined {
    const [first = 0, second = 0] = this.buffered;
    if (this.buffered.length < 2) return undefined;
    const extended = (second & 0x7f) === 126 ? 2 : 0;
    if ((second & 0x7f) === 127 || (second & 0x80) === 0 || (first & 0x80) === 0) {
      this.close(1009);
      return undefined;
    }
    if (this.buffered.length < 2 + extended + 4) return undefined;
    const length = extended ? this.buffered.readUInt16BE(2) : second & 0x7f;
    if (length > longest) {
      this.close(1009);
      return undefined;
    }
    const start = 2 + extended + 4;
    if (this.buffered.length < start + length) return undefined;
    const mask = this.buffered.subarray(2 + extended, start);
    const body = Buffer.from(this.buffered.subarray(start, start + length));
    for (let index = 0; index < body.length; index++)
      body[index] = (body[index] ?? 0) ^ (mask[index % 4] ?? 0);
    this.buffered = this.buffered.subarray(start + length);
    return { opcode: first & 0x0f, body };
  }
}
