import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { descriptorLabel } from "../../../components/federation/secrets.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../../components/foundation/seed/derive.ts";
import {
  canonical,
  digestOf,
  hashOf,
  pointName,
  signHead,
} from "../../../components/recovery/points/head.ts";
import type { PointManifest } from "../../../components/recovery/points/manifest.ts";
import { sealManifest } from "../../../components/recovery/points/sealed.ts";
import { signerOf } from "../../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../../components/recovery/vault/access.ts";
import { vaultKeyLabel } from "../../../components/recovery/vault/secrets.ts";
import type { Surroundings } from "../../../scripts/relocate/prepare.ts";
import { relocateCommand } from "../../../scripts/relocate.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { type Open, openVault, quickFolder } from "../../programs/vault/vault.ts";

const seed = Buffer.alloc(32, 5).toString("base64");
const secret = (service: string, purpose: string) =>
  deriveSecret(seed, "villeurbanne", { service, purpose, version: 1 });
const descriptorKey = Buffer.from(secret(descriptorLabel.service, descriptorLabel.purpose), "base64url");
const vaultKey = Buffer.from(secret(vaultKeyLabel.service, vaultKeyLabel.purpose), "base64url");
const owner = { commune: "villeurbanne", service: "nextcloud" };
const serviceKey = Buffer.alloc(32, 8);
const repository = "nextcloud/files-2026q4";
const address = "https://vault-villeurbanne.bron.test";

/** A commune that comes back from a real vault, on clusters that only answer. */
export class LostTown {
  /** State of the stack. */
  has: {
    seed: string | undefined;
    settings: Record<string, string>;
    cluster: string | undefined;
    given: Record<string, string>;
  } = { seed, settings: {}, cluster: undefined, given: {} };
  done: string[] = [];
  namespaces = "";
  /** Callback just before something is written to the vault: what somebody else does then. */
  meanwhile: () => Promise<unknown> = async () => undefined;
  /** Callback during an update. */
  whileUp: () => void = () => undefined;
  /** Answers of the other vaults; if absent, they are not reached. */
  others: ((path: string) => Response) | undefined;
  /** Answers for the clusters; if absent, nothing runs on them. */
  kubectl: Surroundings["kubectl"] | undefined;

  private constructor(
    readonly folder: string,
    public bron: Open,
  ) {
    mkdirSync(join(folder, "stacks", "villeurbanne"), { recursive: true });
    const member = (id: string) =>
      `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
    writeFileSync(
      join(folder, "stacks", "federation.yaml"),
      `name: Métropole\nmembers:\n${["bron", "givors", "villeurbanne"].map(member).join("\n")}\n`,
    );
    this.declare("33.0.7");
  }

  static async open(): Promise<LostTown> {
    const folder = mkdtempSync(join(quickFolder, "relocate-"));
    mkdirSync(join(folder, "bron"));
    return new LostTown(folder, await openVault(join(folder, "bron"), { publicKey: publicKeyOf(vaultKey) }));
  }

  async close(): Promise<void> {
    vi.restoreAllMocks();
    await this.bron.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Opens the vault again, which was closed. */
  async openAgain(): Promise<void> {
    this.bron = await openVault(join(this.folder, "bron"), { publicKey: publicKeyOf(vaultKey) });
  }

  declare(version: string, vaults = "bron", more = "", ofNextcloud = ""): void {
    writeFileSync(
      join(this.folder, "stacks", "villeurbanne", "commune.yaml"),
      `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: { version: ${version}, ${ofNextcloud} }\n${more}recovery: { vaults: [${vaults}] }\n`,
    );
  }

  /** A point of the service that is at the vault. */
  async point(
    version: string,
    incarnation = 1,
    { sequence = 1, previous = null as string | null, whose = owner } = {},
  ) {
    const takenAt = `2026-11-26T02:1${sequence - 1}:00Z`;
    const manifest: PointManifest = {
      ...{ form: 1, ...whose, incarnation, sequence, takenAt, vaultDate: takenAt, reason: "schedule" },
      ...{ declaration: "0123456789abcdef", seed: "0011223344556677", keys: [] },
      running: { version, host: "cloud.villeurbanne.test" },
      parts: [
        {
          ...{ kind: "files", volume: "nextcloud-data", repository },
          ...{ snapshot: "a".repeat(64), tree: "b".repeat(64), files: 200, bytes: 1000, excluded: [] },
        },
        {
          ...{ kind: "dump", database: "nextcloud", repository, snapshot: "c".repeat(64), bytes: 5000 },
          ...{ rows: { "public.oc_users": 3 }, server: { version: "17.12", system: "7456123" } },
        },
      ],
      repositories: { [repository]: { config: "AAAA", keys: { ["d".repeat(64)]: "BBBB" } } },
      complete: true,
    };
    const head = signHead(
      {
        ...{ form: 1, ...whose, incarnation, sequence, previous, takenAt },
        manifest: digestOf(canonical(manifest)),
      },
      signerOf(descriptorKey, whose, serviceKey),
      serviceKey,
    );
    const body = JSON.stringify({
      head,
      sealed: sealManifest(manifest, secret(whose.service, "restore-repository")),
    });
    await this.asGuest(`/${whose.service}/files-2026q4/?create=true`, "POST", undefined, incarnation);
    await this.asGuest(`/once/${pointName(whose.service, sequence)}`, "POST", body, incarnation);
    return hashOf(head);
  }

  /** Asks the vault as its guest. */
  async asGuest(path: string, method = "GET", body?: string, site = 1): Promise<Response> {
    const vault = { host: "bron", domain: "bron.test", guest: "villeurbanne" };
    const password = vaultPassword(vaultKey, vault, passOf({ incarnation: site }));
    const authorization = `Basic ${Buffer.from(`villeurbanne:${password}`).toString("base64")}`;
    return fetch(this.bron.url + path, {
      ...{ method, headers: { authorization } },
      ...(body !== undefined && { body }),
    });
  }

  /** Returns what `commune relocate` says, and how it ends. */
  async relocate(words: string[], cluster = "new"): Promise<string> {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
    const failed = await relocateCommand(this.surroundings(cluster))
      .parseAsync(["villeurbanne", ...words], { from: "user" })
      .then(
        () => "",
        (error: Error) => error.message,
      );
    return [...lines, failed].join("\n");
  }

  private surroundings(cluster: string): Surroundings {
    const { done, has } = this;
    return {
      stacks: join(this.folder, "stacks"),
      seedOf: () => ({
        read: async () => has.seed,
        give: async (given) => void done.push(given === seed ? "the seed is given" : "another seed is given"),
        given: async () => has.given,
      }),
      stackOf: () => ({
        outputs: async () => (has.cluster === undefined ? {} : { published: publishedAt(has.cluster) }),
        up: async () => {
          done.push("up");
          this.whileUp();
          return 0;
        },
        set: async (key, value) => void done.push(`${key}=${value}`),
      }),
      settingsOf: () => has.settings,
      putAside: async () => void done.push("the state is put aside"),
      kubectl: this.kubectl ?? (async (words) => (words.includes("kube-system") ? cluster : this.namespaces)),
      descriptors: async () => [],
      fetch: async (url, init) => {
        if (init.method === "POST") await this.meanwhile();
        if (this.others && !url.startsWith(address)) return this.others(new URL(url).pathname);
        return fetch(url.replace(address, this.bron.url), init);
      },
      now: () => new Date("2026-11-26T12:10:00Z"),
    };
  }
}

const publishedAt = (cluster: string) => ({
  ...{ version: 2, services: {}, volumes: {}, postgresql: {}, seed: "00ff", cluster },
});
