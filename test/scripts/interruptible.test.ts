import { execa } from "execa";
import { expect, test } from "vitest";

/** A program that starts another one by execa, as the verbs do, and says what it hears. */
const program = `
  import { setTimeout as sleep } from "node:timers/promises";
  import { execa } from "execa";
  import { interruptible } from "./scripts/interruptible.ts";
  const ended = await interruptible(
    async (interrupted) => {
      const other = execa("sleep", ["30"], { reject: false });
      console.log("runs");
      while (!interrupted.aborted) await sleep(10);
      await sleep(300);
      const alive = other.kill();
      return interrupted.reason.message + (alive ? " The other one was still there." : "");
    },
    () => console.log("heard"),
  );
  console.log(ended);
`;

function started(source: string) {
  return execa("node", ["--import", "tsx", "--input-type=module", "--eval", source], {
    reject: false,
    lines: true,
  });
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s is heard, and what runs ends in its own way",
  async (signal) => {
    const running = started(program);
    for await (const line of running) if (line === "runs") running.kill(signal);
    const { stdout, exitCode } = await running;
    expect(stdout).toEqual([
      "runs",
      "heard",
      "interrupted; what is finished is kept. The other one was still there.",
    ]);
    expect(exitCode).toBe(0);
  },
);

test("a second signal ends the program at once", async () => {
  const running = started(program.replace("sleep(300)", "sleep(60_000)"));
  for await (const line of running) if (line === "runs" || line === "heard") running.kill("SIGINT");
  const { stdout, signal } = await running;
  expect(stdout).toEqual(["runs", "heard"]);
  expect(signal).toBe("SIGINT");
});
