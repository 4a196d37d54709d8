import fc from "fast-check";
import type { Program } from "./running.ts";

/** Mostly what a parser lets through: what comes after it is ours. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, odd: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: odd });

const method = mostly(
  fc.constantFrom("GET", "POST", "GET", "HEAD"),
  fc.constantFrom("PUT", "OPTIONS", "TRACE", "CONNECT", "get", "G T", ""),
);

/** Targets: paths that the program knows, and what is made to be misread. */
function target(paths: readonly string[]) {
  const known = fc.constantFrom(...paths);
  const odd = fc.constantFrom(
    "//",
    "/\\",
    "//a:b/../",
    "\\\\",
    "*",
    "http://",
    "http://[",
    "https://elsewhere.test/",
    "/..",
    "/%",
    "/%2e%2e/",
    "/%00",
    "?",
    "#",
    "/;",
    "/@",
    "[::1]:0",
  );
  const misread = fc.oneof(
    odd,
    fc.tuple(odd, known).map(([before, after]) => before + after),
    fc.tuple(known, odd).map(([before, after]) => before + after),
    fc.tuple(known, fc.string({ unit: "binary", maxLength: 40 })).map(([path, query]) => `${path}?${query}`),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.integer({ min: 1, max: 20_000 }).map((length) => `/${"a".repeat(length)}`),
  );
  return fc.oneof(known, misread);
}

const header = fc.oneof(
  fc.constantFrom(
    "content-length: 3",
    "content-length: 99999999999999999999",
    "content-length: -1",
    "content-length: 3, 4",
    "transfer-encoding: chunked",
    "transfer-encoding: gzip, chunked",
    "transfer-encoding: xchunked",
    "expect: 100-continue",
    "expect: 200-maybe",
    "connection: close",
    "connection: upgrade",
    "upgrade: websocket",
    "host:",
    "host: [",
    "accept-encoding: br;q=0",
    "accept-encoding: *",
    "authorization: Bearer",
    "commune-peer: __proto__",
    "commune-peer: lyon",
    " folded",
    "no colon",
    ": no name",
  ),
  fc
    .tuple(fc.constantFrom("cookie", "authorization", "commune-peer", "x"), fc.string({ maxLength: 50 }))
    .map((pair) => pair.join(": ")),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `cookie: ${"a".repeat(length)}`),
);

const body = mostly(
  fc.constant(""),
  fc.oneof(
    fc.constantFrom(
      "0\r\n\r\n",
      "3\r\nabc\r\n0\r\n\r\n",
      "ffffffff\r\nabc",
      "z\r\n",
      "key=%&key=%zz&status=applied",
    ),
    fc.string({ unit: "binary", maxLength: 200 }),
  ),
);

/** A form that the program reads, sent whole, or cut with something strange behind it. */
function sent({ path, fields }: Form) {
  const form = String(new URLSearchParams(fields));
  const cut = fc
    .tuple(fc.nat(form.length), fc.string({ unit: "binary", maxLength: 200 }))
    .map(([length, odd]) => form.slice(0, length) + odd);
  return mostly(fc.constant(form), cut).map((body) => ({
    ...{ method: "POST", target: path, body },
    headers: [
      "content-type: application/x-www-form-urlencoded",
      `content-length: ${Buffer.byteLength(body)}`,
    ],
  }));
}

type Form = NonNullable<Program["forms"]>[number];

/** Bytes of a client on one connection: requests whole and cut, well formed and not, one after the other. */
export function hostileBytes({
  paths,
  headers: front = [],
  forms = [],
}: Pick<Program, "paths" | "headers" | "forms">): fc.Arbitrary<Buffer> {
  const drawn = fc.record({
    method,
    target: target(paths),
    headers: fc.oneof(fc.constant<string[]>([]), fc.array(header, { maxLength: 4 })),
    body,
  });
  const request = fc
    .record({
      asked: forms.length === 0 ? drawn : fc.oneof(drawn, fc.constantFrom(...forms).chain(sent)),
      version: mostly(fc.constant("HTTP/1.1"), fc.constantFrom("HTTP/1.0", "HTTP/2.0", "HTTP/9", "")),
      host: mostly(fc.constant(true), fc.constant(false)),
      front: mostly(fc.constant(front), fc.constant([])),
      end: mostly(fc.constant("\r\n"), fc.constantFrom("\n", "")),
    })
    .map(({ asked: { method, target, headers, body }, version, host, front, end }) => {
      const first = [`${method} ${target} ${version}`, ...(host ? ["host: x"] : [])];
      return [...first, ...front, ...headers, ""].join("\r\n") + end + body;
    });
  const several = fc.array(request, { minLength: 2, maxLength: 3 }).map((all) => all.join(""));
  return mostly(request, fc.oneof(several, fc.string({ unit: "binary", maxLength: 300 }))).map((text) =>
    Buffer.from(text, "utf8"),
  );
}
