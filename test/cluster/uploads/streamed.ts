import { createCipheriv, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { request } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Doorway } from "../../../scripts/look/doorway.ts";

/** Bytes that are the same each time for one seed and length, made while they are read. */
export async function* bytesOf(length: number, seed: number): AsyncGenerator<Buffer> {
  const key = createHash("sha256").update(`${seed}`).digest();
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  for (let left = length; left > 0; ) {
    const part = cipher.update(Buffer.alloc(Math.min(left, 65_536)));
    left -= part.length;
    yield part;
  }
}

/** Length and SHA-256 of what a stream gives. */
export async function measured(parts: AsyncIterable<Buffer>): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of parts) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** A form with one file, in parts, as browsers send it; its length is told nowhere. */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: { field: string; name: string; type: string; content: AsyncIterable<Buffer> },
): { type: string; body: AsyncGenerator<Buffer> } {
  const boundary = "----commune-upload";
  async function* body() {
    for (const [name, value] of Object.entries(fields))
      yield Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      );
    yield Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${file.field}"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`,
    );
    yield* file.content;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  return { type: `multipart/form-data; boundary=${boundary}`, body: body() };
}

interface Sending {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Buffer>;
}

/** Ways to send a body whose length nobody knows yet: in chunks over HTTP/1.1, in frames over HTTP/2. */
export const transports = { "HTTP/1.1 in chunks": overHttp1, "HTTP/2": overHttp2 } as const;

async function overHttp1(doorway: Doorway, { method, url, headers, body }: Sending) {
  const { host, pathname, search, hostname } = new URL(url);
  const asked = request({
    ...(doorway.address ?? { host: hostname }),
    ...trust(doorway),
    servername: hostname,
    method,
    path: pathname + search,
    headers: { ...headers, host },
    agent: false,
  });
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    asked.once("error", reject);
    asked.once("response", (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    });
  });
  // A refusal can come before all is sent: it is the answer, not the broken pipe.
  await Promise.race([pipeline(Readable.from(body), asked).catch(() => undefined), answered]);
  return answered;
}

async function overHttp2(doorway: Doorway, { method, url, headers, body }: Sending) {
  const { host, hostname, pathname, search } = new URL(url);
  const at = doorway.address === undefined ? host : `${doorway.address.host}:${doorway.address.port}`;
  const session = connect(`https://${at}`, { ...trust(doorway), servername: hostname });
  try {
    const stream = session.request({
      ...headers,
      ":method": method,
      ":path": pathname + search,
      ":authority": host,
    });
    const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
      session.once("error", reject);
      stream.once("error", reject);
      stream.once("response", (answer) => {
        textOf(stream).then((text) => resolve({ status: answer[":status"] ?? 0, text }), reject);
      });
    });
    await Promise.race([pipeline(Readable.from(body), stream).catch(() => undefined), answered]);
    return await answered;
  } finally {
    session.destroy();
  }
}

const trust = ({ caFile }: Doorway) => (caFile === undefined ? {} : { ca: readFileSync(caFile) });

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
