import { createSign, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closed, portOf } from "../../listening.ts";
import { Sigstore } from "./sigstore.ts";

/** A package as the registry has it: `signed` by its key, by somebody else's, or by nobody. */
export interface Package {
  name: string;
  version: string;
  signed: "by it" | "by another" | "by nobody";
}

const keyId = "SHA256:of-the-double";
const integrity = `sha512-${Buffer.alloc(64, 7).toString("base64")}`;

/**
 * A double of a registry of npm packages, and of Sigstore's repository, which npm asks for a registry's keys before the
 * registry itself. It has a folder in which the packages are installed.
 */
export class NpmRegistry {
  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly server: Server,
    private readonly sigstore: Sigstore,
  ) {}

  /** @param servesKeys whether it says with which keys it signs. */
  static async start(packages: readonly Package[], servesKeys = true): Promise<NpmRegistry> {
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const another = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = own.publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const signatures = ({ name, version, signed }: Package) => {
      if (signed === "by nobody") return [];
      const { privateKey } = signed === "by it" ? own : another;
      const sig = createSign("SHA256").update(`${name}@${version}:${integrity}`).sign(privateKey, "base64");
      return [{ keyid: keyId, sig }];
    };
    const answers = new Map<string, object>(
      packages.map((each) => {
        const { name, version } = each;
        const tarball = `http://127.0.0.1/${name}-${version}.tgz`;
        const dist = { integrity, tarball, signatures: signatures(each) };
        return [
          `/${name}`,
          { name, "dist-tags": { latest: version }, versions: { [version]: { name, version, dist } } },
        ];
      }),
    );
    if (servesKeys)
      answers.set("/-/npm/v1/keys", {
        keys: [
          { keyid: keyId, keytype: "ecdsa-sha2-nistp256", scheme: "ecdsa-sha2-nistp256", key, expires: null },
        ],
      });
    const server = createServer((request, response) => {
      const answer = answers.get(request.url ?? "");
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    });
    const url = `http://127.0.0.1:${await portOf(server)}/`;
    const folder = mkdtempSync(join(tmpdir(), "npm-registry-"));
    install(folder, packages);
    return new NpmRegistry(folder, url, server, await Sigstore.start(join(folder, "cache")));
  }

  /** Environment with which npm knows no other registry, and no other Sigstore. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...this.sigstore.environment,
      npm_config_registry: this.url,
      npm_config_cache: join(this.folder, "cache"),
      npm_config_userconfig: join(this.folder, "none"),
    };
  }

  async close(): Promise<void> {
    await closed(this.server);
    await this.sigstore.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** Writes a folder of packages as it is after `npm ci`. */
function install(folder: string, packages: readonly Package[]): void {
  const dependencies = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "town", version: "1.0.0", dependencies }),
  );
  for (const { name, version } of packages) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "package.json"), JSON.stringify({ name, version }));
  }
}
