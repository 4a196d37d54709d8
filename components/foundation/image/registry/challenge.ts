/** Credentials that a registry asks for before it answers: a token from a server that it trusts, or name and password. */
export type Challenge =
  | { scheme: "bearer"; realm: string; service: string | undefined; scope: string | undefined }
  | { scheme: "basic" };

/**
 * Reads `WWW-Authenticate`; nothing when it asks for something else.
 * Source: https://distribution.github.io/distribution/spec/auth/token/
 */
export function challengeIn(header: string | null): Challenge | undefined {
  const [, scheme = "", rest = ""] = /^\s*(\w+)\s*(.*)$/.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "basic") return { scheme: "basic" };
  if (scheme.toLowerCase() !== "bearer") return undefined;
  const values = new Map(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key.toLowerCase(), value]),
  );
  const realm = values.get("realm");
  return realm === undefined
    ? undefined
    : { scheme: "bearer", realm, service: values.get("service"), scope: values.get("scope") };
}
