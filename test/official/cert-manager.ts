import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { checksum } from "../../components/foundation/manifest/checksum.ts";
import { goEnvironment } from "../../local/go.ts";
import { cacheFolder } from "../../local/paths.ts";
import { compilerFlags } from "../../local/toolchain/go.ts";

const source = join(import.meta.dirname, "cert-manager");
const certManager = "github.com/cert-manager/cert-manager";

/** Go packages by program: cert-manager's controllers, its answer to who proves a name, and an ACME server. */
const packages = {
  controller: "./controller",
  acmesolver: "./acmesolver",
  pebble: "github.com/letsencrypt/pebble/v2/cmd/pebble",
} as const;

type CertManagerProgram = keyof typeof packages;

/** Programs of the real cert-manager and of Pebble, and the folder with the kinds that cert-manager adds to a cluster. */
export interface CertManager {
  programs: Record<CertManagerProgram, string>;
  kinds: string;
}

/** Builds cert-manager and Pebble, Let's Encrypt's ACME server for trials, from their Go modules, once. */
export async function buildCertManager(): Promise<CertManager> {
  const files = ["go.mod", "go.sum", "controller/main.go", "acmesolver/main.go"];
  const key = checksum(files.map((name) => readFileSync(join(source, name), "utf8")));
  const home = join(cacheFolder(), "official", `cert-manager-${key}`);
  const built = {
    programs: {
      controller: join(home, "controller"),
      acmesolver: join(home, "acmesolver"),
      pebble: join(home, "pebble"),
    },
    kinds: join(home, "crds"),
  };
  if (existsSync(home)) return built;
  const draft = `${home}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const go = (...words: string[]) => execa("go", words, { cwd: source, env: goEnvironment });
  console.log("Building cert-manager: 1,500 packages, about 10 minutes where none is in Go's cache.");
  for (const [program, path] of Object.entries(packages))
    await go("build", compilerFlags, "-ldflags=-s -w", "-o", join(draft, program), path);
  const { stdout: folder } = await go("list", "-m", "-f", "{{.Dir}}", certManager);
  cpSync(join(folder, "deploy", "crds"), join(draft, "crds"), {
    recursive: true,
    filter: (path) => !path.endsWith(".md"),
  });
  renameSync(draft, home);
  return built;
}

/** The files that describe cert-manager's kinds to a cluster. */
export const kindFiles = ({ kinds }: CertManager): string[] =>
  readdirSync(kinds).map((name) => join(kinds, name));
