import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { vaultPassword } from "../../../components/recovery/vault/access.ts";
import type { VaultSettings } from "../../../components/recovery/vault/settings.ts";
import { vaultServer } from "../../../programs/vault/server.ts";
import { Vault } from "../../../programs/vault/vault.ts";
import { passOf } from "../../components/recovery/passes.ts";

/** The signing key of Villeurbanne, whose copies Bron keeps. */
export const guestKey = Buffer.alloc(32, 7);

export const settings: VaultSettings = {
  host: "bron",
  domain: "bron.test",
  guest: "villeurbanne",
  publicKey: publicKeyOf(guestKey),
  quotaBytes: 64 * 1024 * 1024,
};

/** In memory where there is such a folder: each file that a vault keeps is brought to the disk. */
export const quickFolder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

export const repository = "/nextcloud/files-2026q4";

/** A vault with its server, in this process. */
export interface Open {
  vault: Vault;
  url: string;
  /** Asks as its guest, unless `headers` say who asks. */
  ask(
    path: string,
    options?: { method?: string; body?: string | Buffer; headers?: Record<string, string> },
  ): Promise<Response>;
  /** Brings a file under the name that it must have. */
  bring(type: string, bytes: string | Buffer, where?: string): Promise<{ name: string; status: number }>;
  /** Errors that the program has thrown. */
  failures: unknown[];
  close(): Promise<void>;
}

export async function openVault(folder: string, given: Partial<VaultSettings> = {}): Promise<Open> {
  const vault = await Vault.open(folder, { ...settings, ...given });
  const failures: unknown[] = [];
  const server = vaultServer({
    store: vault.store,
    once: vault.once,
    admits: (credentials) => vault.admits(credentials),
    takesFrom: (pass) => vault.takesFrom(pass),
    begin: (wanted, pass) => vault.begin(wanted, pass),
    create: (name, bytes) => vault.create(name, bytes),
    status: (pass) => vault.status(pass),
    failed: (error) => failures.push(error),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authorization = basic("villeurbanne", vaultPassword(guestKey, settings, passOf()));
  const ask: Open["ask"] = (path, { method = "GET", body, headers } = {}) =>
    fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { authorization, ...headers },
    });
  return {
    vault,
    url,
    ask,
    async bring(type, bytes, where = repository) {
      const name = sha256(bytes);
      const { status } = await ask(`${where}/${type}/${name}`, { method: "POST", body: bytes });
      return { name, status };
    },
    failures,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Posts a byte to a path as it is written, which clients would correct first. Returns the answer as text. */
export function postAsWritten(url: string, path: string): Promise<string> {
  const authorization = basic("villeurbanne", vaultPassword(guestKey, settings, passOf()));
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let text = "";
    socket.on("data", (part) => {
      text += part.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
    // The other end closes: Node does not answer what it has not read when this one does.
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: vault\r\nConnection: close\r\nAuthorization: ${authorization}\r\nContent-Length: 1\r\n\r\nx`,
    );
  });
}
