import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Access } from "../../../local/cluster/api.ts";

/** One event of a watch. */
interface Event<T> {
  type: "ADDED" | "MODIFIED" | "DELETED" | "ERROR";
  object: T;
}

/** Milliseconds until a watch is asked for again whose server was unavailable. */
const againMs = 200;

/** The few calls to an API server that the double makes. */
export class Client {
  private readonly agent: Agent;

  constructor(private readonly access: Access) {
    const { authority: ca, certificate: cert, key } = access;
    // A watch may be silent for long.
    this.agent = new Agent({ connect: { ca, cert, key }, bodyTimeout: 0 });
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** Every object at a path as it is and whenever it changes, those that go left out, until the signal. */
  async *watch<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
    while (!signal.aborted) {
      try {
        yield* this.once<T>(path, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused) throw error;
        await sleep(againMs);
      }
    }
  }

  private async *once<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
    // Without a version to start from it begins with all that there is.
    const { statusCode, body } = await request(this.url(`${path}?watch=true`), {
      dispatcher: this.agent,
      signal,
    });
    if (statusCode !== 200) throw new Refused(`GET ${path}`, statusCode, await body.text());
    for await (const line of createInterface({ input: body })) {
      const { type, object } = JSON.parse(line) as Event<T>;
      if (type === "ADDED" || type === "MODIFIED") yield object;
    }
  }

  /** Changes what is said of an object's state. Does nothing to one that is gone, or that another one followed. */
  status(path: string, uid: string, status: object): Promise<void> {
    const body = JSON.stringify({ metadata: { uid }, status });
    return this.ask("PATCH", `${path}/status`, [404, 409], body, "application/merge-patch+json");
  }

  /** Changes what must be done before an object may go. Does nothing to one that is gone. */
  finalizers(path: string, uid: string, finalizers: readonly string[]): Promise<void> {
    const body = JSON.stringify({ metadata: { uid, finalizers } });
    return this.ask("PATCH", path, [404, 409], body, "application/merge-patch+json");
  }

  /** Changes some fields of an object that is there. */
  change(path: string, fields: object): Promise<void> {
    return this.ask("PATCH", path, [], JSON.stringify(fields), "application/merge-patch+json");
  }

  /** Makes an object, unless there is one. */
  create(path: string, object: object): Promise<void> {
    return this.ask("POST", path, [409], JSON.stringify(object), "application/json");
  }

  /** Deletes an object, unless it is gone. */
  remove(path: string): Promise<void> {
    return this.ask("DELETE", path, [404]);
  }

  private async ask(
    method: "PATCH" | "POST" | "DELETE",
    path: string,
    allowed: readonly number[],
    body: string | null = null,
    type?: string,
  ): Promise<void> {
    const headers = type === undefined ? {} : { "content-type": type };
    const answer = await request(this.url(path), { dispatcher: this.agent, method, body, headers });
    const text = await answer.body.text();
    const { statusCode } = answer;
    if (statusCode >= 300 && !allowed.includes(statusCode))
      throw new Refused(`${method} ${path}`, statusCode, text);
  }

  private url(path: string): URL {
    return new URL(path, this.access.server);
  }
}

/** A refusal by the API server. */
class Refused extends Error {
  constructor(what: string, status: number, text: string) {
    super(`${what} answers ${status}: ${text}`);
  }
}
