/** Start of every message about a commune whose descriptor is unavailable; the reason follows. */
export const noDescriptor = "gives no descriptor";

/** Returns the reason why a request failed, in a few words and without an address that carries a secret. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError" || error.name === "TimeoutError") return "did not answer in time";
  const code = "code" in error ? String(error.code) : "";
  const known: Record<string, string> = {
    ECONNREFUSED: "refuses connections",
    ENOTFOUND: "its name is not known",
    EAI_AGAIN: "its name cannot be looked up",
    ECONNRESET: "broke the connection off",
    ETIMEDOUT: "did not answer in time",
    EHOSTUNREACH: "cannot be reached",
    ENETUNREACH: "cannot be reached",
    ABORT_ERR: "did not answer in time",
  };
  return (
    known[code] ??
    (/cert|TLS|SSL/i.test(`${code}${error.message}`)
      ? `its certificate is not trusted (${code})`
      : error.message)
  );
}
