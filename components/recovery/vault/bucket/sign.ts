import { createHash, createHmac } from "node:crypto";

/** Region and keys with which a request is signed. */
interface Signer {
  region: string;
  accessKey: string;
  secretKey: string;
}

/** A request to sign: all of its headers except `host`, which follows from its address. */
interface Signed {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** SHA-256 of its body, hexadecimal. */
  payload: string;
}

const algorithm = "AWS4-HMAC-SHA256";
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Percent-encodes as in RFC 3986: `encodeURIComponent` leaves five more characters as they are. */
export const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * Returns the headers of a request to an S3 store, with its signature. The path is signed as it is written: its segments have to be {@link encoded}.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signedHeaders(
  { method, url, headers, payload }: Signed,
  { region, accessKey, secretKey }: Signer,
  now: Date,
): Record<string, string> {
  const at = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const own = { ...headers, "x-amz-content-sha256": payload, "x-amz-date": at };
  const all = Object.entries({ ...own, host: url.host }).sort(byName);
  const names = all.map(([name]) => name).join(";");
  const query = [...url.searchParams].map(([name, value]): [string, string] => [
    encoded(name),
    encoded(value),
  ]);
  const request = [
    method,
    url.pathname,
    query
      .sort(byName)
      .map((pair) => pair.join("="))
      .join("&"),
    ...all.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = [at.slice(0, 8), region, "s3", "aws4_request"];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  // A header is sent with a byte for each character, as it was received.
  const digest = createHash("sha256").update(request, "latin1").digest("hex");
  const signature = hmac(key, [algorithm, at, scope.join("/"), digest].join("\n")).toString("hex");
  const authorization = `${algorithm} Credential=${accessKey}/${scope.join("/")}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...own, authorization };
}

const byName = ([one]: [string, string], [other]: [string, string]) => (one < other ? -1 : 1);
