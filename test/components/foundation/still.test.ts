import { spawn } from "node:child_process";
import { once } from "node:events";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { endWhenStill, untilStill } from "../../../components/foundation/program/still.ts";
import { endWhenStillScript } from "../../../components/foundation/program/still-script.ts";

/** Starts a line of bash, and says how it ended. */
async function runs(line: string, afterMs: number, of?: number) {
  const child = spawn("bash", ["-c", line], { stdio: ["ignore", "ignore", "ignore"] });
  const watched = endWhenStill(child, afterMs, of);
  const [code, signal] = await once(child, "close");
  return { code, signal, stoodStill: watched.stoodStill };
}

/** Goes on for three seconds; what moves is moved by programs that it starts. */
const slowly = (bytes: number) =>
  `for n in 1 2 3 4 5 6; do sleep 0.5; head -c ${bytes} /dev/zero > /dev/null; done`;

describe("a program that copies", () => {
  test("is ended when nothing moves, by a signal on which it may still do something", async () => {
    const ended = await runs("trap 'exit 7' TERM; sleep 60 & wait", 600);
    expect(ended).toEqual({ code: 7, signal: null, stoodStill: true });
  });

  test("may take many times as long as it may stand still, whichever of its programs moves something", async () => {
    expect(await runs(slowly(200_000), 1500)).toEqual({ code: 0, signal: null, stoodStill: false });
  });

  test("stands still too if it only wakes up now and then", async () => {
    const idle = "exec 3< <(sleep 60); for n in {1..60}; do read -t 0.05 -u 3; echo still; done";
    expect(await runs(idle, 1500)).toMatchObject({ stoodStill: true });
  });

  test("moves as long as somebody else does whose progress counts", async () => {
    const server = spawn("bash", ["-c", slowly(200_000)], { stdio: "ignore" });
    const asks = await runs("exec sleep 2.5", 1500, server.pid);
    expect(asks).toEqual({ code: 0, signal: null, stoodStill: false });
  });

  test("is not watched any more when it is over", async () => {
    const stopped = new AbortController();
    const waiting = untilStill(process.pid, 60_000, stopped.signal);
    stopped.abort();
    expect(await waiting).toBe(false);
  });
});

describe("in bash", () => {
  const script = (line: string, afterMs: number) =>
    execa("bash", ["--norc", "-euo", "pipefail", "-c", `${endWhenStillScript(afterMs)}\n${line}`], {
      reject: false,
    });

  test("a command has its input, output and result, and nobody waits after it", async () => {
    const before = Date.now();
    const { exitCode, stdout } = await script(
      "echo in | end_when_still cat | tail -n 1; end_when_still bash -c 'exit 3'",
      60_000,
    );
    expect([exitCode, stdout]).toEqual([3, "in"]);
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test("a command is ended when nothing moves, and says so; one that is slow is not", async () => {
    const still = await script("end_when_still sleep 60", 2000);
    expect([still.exitCode, still.stderr]).toEqual([
      143,
      expect.stringMatching(/^sleep: nothing moved for \d s/),
    ]);
    const slow = await script(
      "end_when_still bash -c 'for n in 1 2 3 4 5 6 7 8; do sleep 0.5; head -c 200000 /dev/zero; done; :' | wc -c",
      2000,
    );
    expect([slow.exitCode, slow.stdout]).toEqual([0, "1600000"]);
  });
});
