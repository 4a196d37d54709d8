import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, createWriteStream, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { loadName } from "../../components/recovery/points/manifests.ts";
import { holdStep, leaveStep } from "../../components/recovery/points/settings.ts";
import { spoken } from "../language.ts";
import { type Cron, jobOf } from "../recovery/point.ts";
import type { Surroundings } from "../recovery/points.ts";
import { Runs } from "../recovery/runs.ts";
import { type DataFile, dataFiles, type Leaving } from "./data-files.ts";
import { sumOf } from "./folder.ts";

/** Result of a command whose output went into a file. */
export interface Streamed {
  exitCode: number;
  bytes: number;
  sha256: string;
  /** End of what it printed on standard error. */
  said: string;
}

/** Runs kubectl with its output in a file. */
export type Stream = (words: readonly string[], file: string) => Promise<Streamed>;

/** The context that the first word for kubectl names; undefined for the current one. */
export function contextIn([first = ""]: readonly string[]): string | undefined {
  return /^--context=(.*)$/.exec(first)?.[1];
}

/** @param environment with which the cluster of a context is asked; undefined stands for the current one. */
export const streamWith =
  (environment: (context: string | undefined) => NodeJS.ProcessEnv): Stream =>
  async (words, file) => {
    const child = spawn("kubectl", words, {
      env: { ...process.env, ...environment(contextIn(words)) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const sum = createHash("sha256");
    let [bytes, said] = [0, ""];
    child.stderr.on("data", (text: Buffer) => {
      said = `${said}${text.toString("utf8")}`.slice(-4000);
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    const counted = async function* (source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        sum.update(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    const written = pipeline(child.stdout, counted, createWriteStream(file));
    const [code] = await Promise.all([ended, written]);
    return { exitCode: code ?? 1, bytes, sha256: sum.digest("hex"), said: said.trim() };
  };

const summed = z.object({ bytes: z.number(), sha256: z.string() });

/** Finished files of an export, by path: size and sum of each. */
export type Done = Record<string, { bytes: number; sha256: string }>;

/**
 * Brings the data of one service out of the vaults into files, through a pod that has what opens them: no password of
 * a repository comes to this machine. The sums of what was sent and of what arrived are compared.
 *
 * @param hosts the vaults that have the point, the first one first.
 * @param done files that are not brought again; each file is added when it is whole.
 */
export async function bringData(
  surroundings: Pick<Surroundings, "kubectl"> & { stream: Stream },
  { points, manifest }: Leaving,
  {
    folder,
    context,
    hosts,
    done,
    said,
  }: {
    folder: string;
    context: string | undefined;
    hosts: readonly string[];
    done: (path: string) => Promise<boolean>;
    said: (line: string, file: DataFile, streamed: Streamed) => void;
  },
): Promise<void> {
  const missing: DataFile[] = [];
  for (const file of dataFiles({ manifest })) if (!(await done(file.path))) missing.push(file);
  if (missing.length === 0) return;
  const runs = new Runs(surroundings, points, context);
  const cron = JSON.parse(await runs.kubectl(["get", "cronjob", loadName, "--output=json"])) as Cron;
  const name = `export-${Date.now().toString(36)}-${randomBytes(2).toString("hex")}`;
  await runs.kubectl(["create", "--filename=-"], JSON.stringify(holdJob(cron, name)));
  try {
    await untilReady(runs, name);
    for (const file of missing) {
      const streamed = await fromAnyHost(hosts, (host) =>
        surroundings.stream(
          [
            ...(context === undefined ? [] : [`--context=${context}`]),
            ...[`--namespace=${runs.namespace}`, "exec", `job/${name}`, "--", "node", "/program/main.mjs"],
            ...[leaveStep, String(manifest.sequence), String(file.part), host],
          ],
          join(folder, `${file.path}.partial`),
        ),
      );
      chmodSync(join(folder, `${file.path}.partial`), 0o600);
      renameSync(join(folder, `${file.path}.partial`), join(folder, file.path));
      said(`${points.service}: ${file.path}, ${Math.ceil(streamed.bytes / 1024 ** 2)} MiB`, file, streamed);
    }
  } finally {
    await runs.kubectl(["delete", "job", name, "--wait=false"]).catch(() => undefined);
  }
}

/** A pod that waits to be asked, with what opens the vaults. */
function holdJob(cron: Cron, name: string): object {
  return jobOf(cron, name, ({ initContainers = [], containers: _, ...pod }) => {
    const [tool, program] = initContainers;
    return { ...pod, initContainers: [tool], containers: [{ ...program, args: [holdStep] }] };
  });
}

interface HoldPod {
  status?: { phase?: string; containerStatuses?: { ready: boolean }[] };
}

/** Waits for the pod of a Job. Throws with its message if it ends instead, or does not start. */
async function untilReady(runs: Runs, job: string): Promise<void> {
  for (const began = Date.now(); Date.now() - began < 15 * 60_000; ) {
    const [pod] = await runs.list<HoldPod>("pods", `--selector=job-name=${job}`);
    if (pod?.status?.containerStatuses?.every(({ ready }) => ready)) return;
    if (pod?.status?.phase === "Failed") {
      throw new Error(await runs.kubectl(["logs", `job/${job}`, "--all-containers", "--tail=20"]));
    }
    await sleep(1000);
  }
  throw new TranslatedError({
    en: `the pod of ${job} in ${runs.namespace} does not begin: kubectl -n ${runs.namespace} describe job ${job}`,
    fr: `le pod de ${job} dans ${runs.namespace} ne démarre pas : kubectl -n ${runs.namespace} describe job ${job}`,
  });
}

async function fromAnyHost(
  hosts: readonly string[],
  attempt: (host: string) => Promise<Streamed>,
): Promise<Streamed> {
  const problems: string[] = [];
  for (const host of hosts) {
    const streamed = await attempt(host);
    const problem = problemOf(streamed);
    if (problem === undefined) return streamed;
    problems.push(`${host}: ${problem}`);
  }
  throw new TranslatedError({
    en: `no vault gives it. ${problems.join("; ")}`,
    fr: `aucun coffre ne le donne. ${problems.join("; ")}`,
  });
}

/** Returns what is wrong with the result; undefined if it is what was sent. */
function problemOf({ exitCode, bytes, sha256, said }: Streamed): string | undefined {
  const last = said.split("\n").at(-1) ?? "";
  if (exitCode !== 0) return said.replace(/\ncommand terminated .*$/, "");
  const sent = last.startsWith("{") ? summed.safeParse(JSON.parse(last)).data : undefined;
  if (sent === undefined)
    return spoken({ en: "it does not say what it sent", fr: "il ne dit pas ce qu’il a envoyé" });
  return sent.bytes === bytes && sent.sha256 === sha256
    ? undefined
    : spoken({
        en: `${sent.bytes} bytes were sent and ${bytes} came, or they are others`,
        fr: `${sent.bytes} octets ont été envoyés et ${bytes} sont venus, ou ce ne sont pas les mêmes`,
      });
}

/** Whether a file is still as it was recorded. */
export async function isThere(folder: string, path: string, known: Done): Promise<boolean> {
  const was = known[path];
  if (was === undefined) return false;
  const size = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
  return size === was.bytes && (await sumOf(join(folder, path))) === was.sha256;
}
