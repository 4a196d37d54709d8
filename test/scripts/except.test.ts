import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { loadExceptions } from "../../audit/approval/exceptions.ts";
import { exceptCommand } from "../../scripts/except.ts";
import { verifyLogCommand } from "../../scripts/verify-log.ts";

let folder: string;
let printed: string;
const key = (name: string) => join(folder, name);
const stacks = () => join(folder, "stacks");
const log = () => join(stacks(), "bron", "approvals.jsonl");
/** A day in some months, whenever the test runs. */
const inMonths = (months: number) => {
  const day = new Date();
  day.setUTCDate(1);
  day.setUTCMonth(day.getUTCMonth() + months);
  return day.toISOString().slice(0, 10);
};
const today = new Date().toISOString().slice(0, 10);
const signers = () => {
  const loaded = loadExceptions(stacks(), "bron", today);
  return loaded.ok
    ? loaded.exceptions.map(({ object, signedBy }) => `${object}: ${signedBy}`)
    : loaded.problems;
};
const except = (...words: string[]) =>
  exceptCommand(stacks())
    .exitOverride()
    .parseAsync(["bron", ...words], { from: "user" });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "except-"));
  for (const name of ["mayor", "administrator"])
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key(name)]);
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  mkdirSync(join(stacks(), "bron"), { recursive: true });
  const entry = (object: string) =>
    `  - { rule: operators-in-eu, object: ${object}, reason: Marché en cours., owner: direction du numérique, expires: ${inMonths(6)} }\n`;
  writeFileSync(
    join(stacks(), "bron", "exceptions.yaml"),
    `exceptions:\n${entry("media.endpoint")}${entry("mail.relay")}`,
  );
  const approver = (name: string, role: string) =>
    `  - { name: ${name}, role: ${role}, key: "${readFileSync(`${key(role === "official" ? "mayor" : "administrator")}.pub`, "utf8").trim()}", from: 2026-01-01 }\n`;
  writeFileSync(
    join(stacks(), "bron", "approvers.yaml"),
    `approvers:\n${approver("maire", "official")}${approver("équipe numérique", "administrator")}`,
  );
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  vi.spyOn(console, "error").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(stacks(), { recursive: true });
});

describe("commune except", () => {
  test("signs what nobody has signed, into a log that anybody verifies", async () => {
    expect(signers()).toEqual(["media.endpoint: undefined", "mail.relay: undefined"]);
    await except("--key", key("mayor"), "--yes");
    expect(printed).toContain(`Signed by maire: operators-in-eu at media.endpoint until ${inMonths(6)}.`);
    expect(signers()).toEqual(["media.endpoint: maire", "mail.relay: maire"]);
    printed = "";
    await verifyLogCommand(stacks()).exitOverride().parseAsync(["bron"], { from: "user" });
    expect(printed).toContain("excepted");
    expect(printed).toContain("2 lines");
    expect(printed).toContain("Each line holds.");
    printed = "";
    await except("--key", key("mayor"), "--yes");
    expect(printed).toBe("Nothing in exceptions.yaml waits for a signature.\n");
    expect(readFileSync(log(), "utf8").trim().split("\n")).toHaveLength(2);
  });

  test("asks again for what was changed after it was signed", async () => {
    await except("--key", key("mayor"), "--yes");
    const file = join(stacks(), "bron", "exceptions.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(inMonths(6), inMonths(8)));
    expect(signers()).toEqual(["media.endpoint: undefined", "mail.relay: maire"]);
  });

  test.each([
    ["an administrator", ["administrator", "--yes"], "an official or the data protection officer signs"],
    ["without anybody to ask", ["mayor"], "standard input is no terminal"],
  ])("signs nothing for %s", async (_, [name = "", ...words], said) => {
    await expect(except("--key", key(name), ...words)).rejects.toThrow(said);
    if (words.length === 0)
      expect(printed).toMatch(
        /Qui garde des données[^\n]*\n {2}media\.endpoint peut ne pas la respecter jusqu’au /,
      );
    expect(signers()).toEqual(["media.endpoint: undefined", "mail.relay: undefined"]);
  });
});
