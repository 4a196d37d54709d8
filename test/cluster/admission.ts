import { execa } from "execa";

/** A policy of the API server, or what binds one: an object of the whole cluster. */
export interface Admission {
  kind: string;
  name: string;
  spec: object;
}

/** An object that is only tried: nothing is stored. */
export interface Tried {
  apiVersion: string;
  kind: string;
  metadata: { namespace: string; name: string; labels?: Record<string, string> };
  spec: object;
}

/** Policies of the API server that a test puts into force and takes away: what it tests stays as it is declared. */
export class Admissions {
  /** @param environment what `commune local env` gives: PATH and KUBECONFIG. */
  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly objects: readonly Admission[],
  ) {}

  /**
   * Stores them, and resolves when they are in force, which is a moment later. Throws, and leaves none of them, where the API
   * server refuses them or they are not in force after a minute.
   *
   * @param isInForce asks the API server for what is otherwise with them.
   */
  async begin(isInForce: () => Promise<boolean>): Promise<void> {
    try {
      await this.putIntoForce(isInForce);
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  private async putIntoForce(isInForce: () => Promise<boolean>): Promise<void> {
    const items = this.objects.map(({ kind, name, spec }) => ({
      apiVersion: "admissionregistration.k8s.io/v1",
      ...{ kind, metadata: { name }, spec },
    }));
    await this.kubectl(["apply", "--filename=-"], { apiVersion: "v1", kind: "List", items });
    const until = Date.now() + 60_000;
    while (!(await isInForce())) {
      if (Date.now() > until) throw new Error(`${this.names} are stored, and not in force after a minute`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Returns what would be stored of an object that is created now. */
  async tried<T extends Tried>(object: T): Promise<T> {
    return JSON.parse(
      await this.kubectl(["create", "--dry-run=server", "--output=json", "--filename=-"], object),
    ) as T;
  }

  async end(): Promise<void> {
    for (const { kind, name } of this.objects.toReversed())
      await this.kubectl(["delete", kind, name, "--ignore-not-found"]);
  }

  private get names(): string {
    return this.objects.map(({ kind, name }) => `${kind} ${name}`).join(" and ");
  }

  private async kubectl(words: readonly string[], input?: object): Promise<string> {
    const given = input === undefined ? {} : { input: JSON.stringify(input) };
    return (await execa("kubectl", words, { env: this.environment, ...given })).stdout;
  }
}
