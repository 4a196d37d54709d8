import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readLog } from "../../audit/approval/log.ts";
import { headOf } from "../../audit/log.ts";
import { verifyLogCommand } from "../../scripts/verify-log.ts";
import { approversOf, logOf as proposals, signer } from "../audit/approval/signers.ts";
import { Metropolis } from "../programs/metropolis.ts";
import { selfSigned } from "../self-signed.ts";

/** Lyon, which Bron federates with, answers over HTTPS with what it remembers of Bron's log. */
let server: Server;
let folder: string;
let address: string;
const administrator = signer("équipe numérique", "administrator");

const logOf = (count: number, digit?: string) => proposals("bron", administrator, count, digit);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "verify-log-"));
  mkdirSync(join(folder, "bron"));
  const members = ["bron", "lyon", "givors"].map(
    (id) => `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`,
  );
  writeFileSync(join(folder, "federation.yaml"), `name: Métropole\nmembers:\n${members.join("\n")}\n`);
  writeFileSync(join(folder, "bron", "approvers.yaml"), approversOf(administrator));
  const world = new Metropolis(["bron", "lyon"]);
  world.now = new Date();
  world.declare("bron", "lyon");
  world.declare("lyon", "bron");
  world.at("bron").approvals = headOf(readLog(logOf(3)));
  await world.at("lyon").run();
  const { certificate, key } = selfSigned(["lyon.test"], 2);
  writeFileSync(join(folder, "ca.crt"), certificate);
  server = createServer({ cert: certificate, key }, (_, answer) => answer.end(world.at("lyon").published()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function verify(log: string): Promise<{ code: number; said: string }> {
  writeFileSync(join(folder, "bron", "approvals.jsonl"), log);
  let said = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    said += text;
  });
  process.exitCode = undefined;
  const words = ["bron", "--peers", "--address", address, "--ca", join(folder, "ca.crt")];
  await verifyLogCommand(folder).exitOverride().parseAsync(words, { from: "user" });
  return { code: Number(process.exitCode ?? 0), said };
}

test("a peer's memory agrees with the log that it saw, and with a longer one that begins so", async () => {
  for (const count of [3, 5]) {
    const { code, said } = await verify(logOf(count));
    expect(said).toContain("lyon: remembers 3 lines");
    // Whoever does not answer, or not as itself, proves nothing.
    expect(said).toContain("givors: gives no descriptor (");
    expect(code).toBe(0);
  }
});

test.each([
  ["lacks its last line", logOf(2), "lyon remembers 3 lines, and there are 2: the last one was taken away"],
  ["was written anew", logOf(3, "c"), "lyon remembers another line 3"],
  ["was written anew and is longer", logOf(6, "c"), "lyon remembers another line 3"],
])("a log that %s is found, though each of its lines holds", async (_, log, why) => {
  const { code, said } = await verify(log);
  expect(said).toContain(why);
  expect(said).not.toContain("does not follow");
  expect(code).toBe(1);
});
