import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that signs itself, for some hosts and days, and its key: both PEM. */
export function selfSigned(hosts: readonly string[], days: number): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "commune-certificate-"));
  try {
    const names = hosts.map((host) => `DNS:${host}`).join(",");
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-subj", "/CN=test", "-addext", `subjectAltName=${names}`, "-days", `${days}`],
        ...["-keyout", join(folder, "tls.key"), "-out", join(folder, "tls.crt")],
      ],
      { stdio: "pipe" },
    );
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { certificate: read("tls.crt"), key: read("tls.key") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
