import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer as createProxy, type Server } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { closed, portOf } from "../../listening.ts";
import { selfSigned } from "../../self-signed.ts";

/** Host whose repository npm reads with a root of its own; its name is fixed in npm. */
const host = "tuf-repo-cdn.sigstore.dev";

const roles = ["root", "timestamp", "snapshot", "targets"] as const;

/**
 * A double of Sigstore's repository (The Update Framework, 1.0), which has no registry's keys, behind a proxy: npm asks it
 * by its real name.
 */
export class Sigstore {
  private constructor(
    readonly environment: NodeJS.ProcessEnv,
    private readonly servers: readonly Server[],
  ) {}

  /** @param cache npm's; its root is there, as if npm had been there before. */
  static async start(cache: string): Promise<Sigstore> {
    const files = repository();
    const trusted = join(cache, "_tuf", host);
    mkdirSync(join(trusted, "targets"), { recursive: true });
    writeFileSync(join(trusted, "root.json"), files.root);
    const known = new Map([
      ["/timestamp.json", files.timestamp],
      ["/1.snapshot.json", files.snapshot],
      ["/1.targets.json", files.targets],
    ]);
    const { certificate: cert, key } = selfSigned([host], 2);
    const authority = join(cache, "authority.crt");
    writeFileSync(authority, cert);
    const server = createServer({ cert, key }, ({ url = "" }, response) => {
      const file = known.get(url);
      response.writeHead(file === undefined ? 404 : 200);
      response.end(file);
    });
    const port = await portOf(server);
    const proxy = createProxy().on("connect", (_, client) => {
      const there = connect(port, "127.0.0.1", () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
      there.pipe(client).pipe(there);
      for (const end of [there, client]) end.on("error", () => undefined);
    });
    const address = `http://127.0.0.1:${await portOf(proxy)}`;
    const environment = {
      ...{ HTTPS_PROXY: address, https_proxy: address, NODE_EXTRA_CA_CERTS: authority },
      ...{ NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" },
    };
    return new Sigstore(environment, [server, proxy]);
  }

  async close(): Promise<void> {
    for (const server of this.servers) await closed(server);
  }
}

/** The files of a repository without targets, signed with one key. */
function repository(): Record<(typeof roles)[number], string> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const keyid = "a".repeat(64);
  const { x = "" } = publicKey.export({ format: "jwk" });
  const signed = (type: (typeof roles)[number], more: object): string => {
    const content = {
      _type: type,
      spec_version: "1.0.31",
      version: 1,
      expires: "2999-01-01T00:00:00Z",
      ...more,
    };
    const sig = sign(null, Buffer.from(canonicalize(content) ?? ""), privateKey).toString("hex");
    return JSON.stringify({ signed: content, signatures: [{ keyid, sig }] });
  };
  const role = { keyids: [keyid], threshold: 1 };
  return {
    root: signed("root", {
      consistent_snapshot: true,
      keys: {
        [keyid]: {
          ...{ keytype: "ed25519", scheme: "ed25519" },
          keyval: { public: Buffer.from(x, "base64url").toString("hex") },
        },
      },
      roles: Object.fromEntries(roles.map((name) => [name, role])),
    }),
    timestamp: signed("timestamp", { meta: { "snapshot.json": { version: 1 } } }),
    snapshot: signed("snapshot", { meta: { "targets.json": { version: 1 } } }),
    targets: signed("targets", { targets: {} }),
  };
}
