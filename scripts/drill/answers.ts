import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { spoken, spokenError } from "../language.ts";
import { environmentAt } from "../reach.ts";

/** A service of the copy, as it is asked. */
export interface Asked {
  context: string | undefined;
  namespace: string;
  service: string;
  /** The public name that it believes to have. */
  host: string;
  path: string;
}

/** Asks a service, and returns the status of HTTP. Throws if it does not answer. */
export type Answer = (asked: Asked) => Promise<number>;

/**
 * Asks a service through the API server, by the way of `kubectl port-forward`: no public name leads to a copy, and its
 * network policies let nobody in.
 */
export function answerThrough(environment?: NodeJS.ProcessEnv): Answer {
  return async ({ context, namespace, service, host, path }) => {
    const forwarding = spawn(
      "kubectl",
      [
        ...(context === undefined ? [] : [`--context=${context}`]),
        ...[`--namespace=${namespace}`, "port-forward", `service/${service}`, ":80"],
      ],
      {
        // They are added to the process's own, as everywhere: kubectl needs a home, and what logs in to a cluster may too.
        env: { ...process.env, ...(environment ?? environmentAt(context)) },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    try {
      const port = await portOf(forwarding);
      const answer = await request(`http://127.0.0.1:${port}/${path.replace(/^\//, "")}`, {
        headers: { host, "x-forwarded-proto": "https" },
        headersTimeout: 30_000,
      });
      await answer.body.dump();
      return answer.statusCode;
    } finally {
      forwarding.kill();
    }
  };
}

/** The port that kubectl has opened here. */
async function portOf({ stdout, stderr }: { stdout: Readable; stderr: Readable }): Promise<number> {
  let said = "";
  stderr.on("data", (text: Buffer) => {
    said += text.toString("utf8");
  });
  for await (const line of createInterface({ input: stdout })) {
    const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`kubectl port-forward: ${said.trim()}`);
}

/** Tries in which a service that has just begun must answer, two seconds apart. */
const tries = 150;

/** Asks until a service answers well: anything below 400. Throws with what it said last. */
export async function answersWell(answer: Answer, asked: Asked): Promise<number> {
  let last = "";
  for (let left = tries; left > 0; left -= 1) {
    try {
      const status = await answer(asked);
      if (status < 400) return status;
      last = spoken({ en: `it answers ${status}`, fr: `il répond ${status}` });
    } catch (error) {
      last = spokenError(error);
    }
    await sleep(2000);
  }
  throw new TranslatedError({
    en: `${asked.service} does not answer as ${asked.host}: ${last}`,
    fr: `${asked.service} ne répond pas sous le nom ${asked.host} : ${last}`,
  });
}
