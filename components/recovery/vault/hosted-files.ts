import type { HostedAccess } from "./access.ts";
import type { Fetch, VaultFiles } from "./files.ts";
import type { VaultStatus } from "./settings.ts";

/** A vault at another commune, which runs `programs/vault`. */
export class HostedFiles implements VaultFiles {
  constructor(
    private readonly host: string,
    private readonly access: HostedAccess,
    private readonly fetch: Fetch,
  ) {}

  async status(): Promise<VaultStatus> {
    return (await (await this.ask("GET", "/status")).json()) as VaultStatus;
  }

  async list(repository: string, type: string): Promise<Map<string, number>> {
    const answer = await this.ask("GET", `/${repository}/${type}/`, { but: [404] });
    if (answer.status === 404) return new Map();
    const files = (await answer.json()) as { name: string; size: number }[];
    return new Map(files.map(({ name, size }) => [name, size]));
  }

  async once(): Promise<string[]> {
    return (await (await this.ask("GET", "/once/")).json()) as string[];
  }

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
