import type { VaultAccess } from "./access.ts";
import type { FileType } from "./names.ts";
import type { VaultStatus } from "./settings.ts";

/** Sends an HTTP request, with the signature of `fetch`. */
export type Fetch = (
  address: string,
  init: { method: string; headers: Record<string, string>; body?: Uint8Array<ArrayBuffer> },
) => Promise<Pick<Response, "status" | "text" | "json" | "arrayBuffer">>;

/**
 * Files of a repository that every vault with it has; locks come and go. In an order in which references come after
 * their targets: an interrupted copy is litter, not a wrong point.
 */
export const copiedTypes = ["keys", "data", "index", "snapshots"] as const satisfies readonly FileType[];

/** A place for copies, as far as files are copied between two and proved at one: a neighbour's vault, or what answers as one. */
export interface CopiedVault {
  /** Who keeps it. */
  readonly host: string;
  /** Repositories that are there with the last day of each, and files that were set aside because they changed. */
  status(): Promise<Pick<VaultStatus, "generations" | "quarantined">>;
  list(repository: string, type: string): Promise<Map<string, number>>;
  get(path: string): Promise<Buffer<ArrayBuffer> | undefined>;
  put(path: string, body?: Buffer<ArrayBuffer>): Promise<void>;
}

/** A vault, as the commune that its copies are of asks it. */
export class OpenVault implements CopiedVault {
  constructor(
    readonly host: string,
    private readonly access: VaultAccess,
    private readonly fetch: Fetch,
  ) {}

  /** Returns its usage and the host's findings. Throws if it does not answer, or not to this commune. */
  async status(): Promise<VaultStatus> {
    return (await (await this.ask("GET", "/status")).json()) as VaultStatus;
  }

  /** The files of one kind in a repository, with their sizes; none where there is no such repository. */
  async list(repository: string, type: string): Promise<Map<string, number>> {
    const answer = await this.ask("GET", `/${repository}/${type}/`, { but: [404] });
    if (answer.status === 404) return new Map();
    const files = (await answer.json()) as { name: string; size: number }[];
    return new Map(files.map(({ name, size }) => [name, size]));
  }

  /** The names that were created once. */
  async once(): Promise<string[]> {
    return (await (await this.ask("GET", "/once/")).json()) as string[];
  }

  /** Returns a whole file; undefined if it is not there. */
  async get(path: string): Promise<Buffer<ArrayBuffer> | undefined> {
    const answer = await this.ask("GET", `/${path}`, { but: [404] });
    return answer.status === 404 ? undefined : Buffer.from(await answer.arrayBuffer());
  }

  async put(path: string, body?: Buffer<ArrayBuffer>): Promise<void> {
    await this.ask("POST", `/${path}`, { body });
  }

  private async ask(
    method: string,
    path: string,
    { body, but = [] }: { body?: Buffer<ArrayBuffer> | undefined; but?: readonly number[] } = {},
  ) {
    const { address, user, password } = this.access;
    const answer = await this.fetch(address + path, {
      method,
      headers: {
        accept: "application/vnd.x.restic.rest.v2",
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
      },
      ...(body && { body }),
    });
    if (answer.status === 200 || but.includes(answer.status)) return answer;
    const why = (await answer.text()).trim().slice(0, 200);
    throw new Error(`the vault at ${this.host} answered ${answer.status} to ${method} ${path}: ${why}`);
  }
}
