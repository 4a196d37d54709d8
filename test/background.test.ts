import { expect, it, vi } from "vitest";
import { Background } from "./background.ts";

const node = (script: string) => new Background(process.execPath, ["-e", script]);

it("is silent until it is waited for, then tells what it said and says", async () => {
  const program = node("console.log('one'); setTimeout(() => { console.error('two'); }, 300)");
  const lines: string[] = [];
  expect(program.succeeded).toBeUndefined();
  expect(await program.finish((line) => lines.push(line))).toBe(true);
  expect(lines).toEqual(["one", "two"]);
});

it("is known to have failed before it is waited for", async () => {
  const program = node("console.log('no root'); process.exitCode = 3");
  await vi.waitFor(() => expect(program.succeeded).toBe(false), { timeout: 20_000 });
  const lines: string[] = [];
  expect(await program.finish((line) => lines.push(line))).toBe(false);
  expect(lines).toEqual(["no root"]);
});

it("ends what it began when it is stopped", async () => {
  const program = node(
    "setInterval(() => 0, 1000); process.once('SIGTERM', () => { console.log('put away'); process.exit(0); }); console.log('ready')",
  );
  const lines: string[] = [];
  const ended = program.finish((line) => lines.push(line));
  await vi.waitFor(() => expect(lines).toEqual(["ready"]), { timeout: 20_000 });
  await program.stop();
  expect(await ended).toBe(true);
  expect(lines).toEqual(["ready", "put away"]);
  await program.stop();
});
