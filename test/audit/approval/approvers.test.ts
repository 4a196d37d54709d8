import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadSigners, maySign } from "../../../audit/approval/approvers.ts";
import { Authenticator, origin } from "./authenticator.ts";
import { signer } from "./signers.ts";

let stacks: string;
const { line } = signer("maire", "official");

const write = (...approvers: string[]) =>
  writeFileSync(
    join(stacks, "bron", "approvers.yaml"),
    `approvers:\n${approvers.map((each) => `  - { ${each} }\n`).join("")}`,
  );

beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "approvers-"));
  mkdirSync(join(stacks, "bron"));
});
afterEach(() => rmSync(stacks, { recursive: true }));

describe("the file of approvers", () => {
  test("names who may sign, by function; nobody may where there is none", () => {
    expect(loadSigners(stacks, "bron").approvers).toEqual([]);
    write(`name: maire, role: official, from: 2026-11-26, key: ${line}`);
    expect(loadSigners(stacks, "bron").approvers).toEqual([
      { name: "maire", role: "official", from: "2026-11-26", fingerprint: expect.stringMatching(/^SHA256:/) },
    ]);
  });

  test("is refused with every problem and its place", () => {
    write(
      "name: maire, role: oficial, from: 2026-11-26, key: ssh-ed25519 AAAA",
      `name: équipe, role: administrator, from: demain, key: ${line}`,
    );
    expect(() => loadSigners(stacks, "bron")).toThrow(/approvers\.yaml:2:\d+.*Did you mean "official"\?/);
    expect(() => loadSigners(stacks, "bron")).toThrow(/approvers\[0\]\.key: .* is no key/);
    expect(() => loadSigners(stacks, "bron")).toThrow(/approvers\[1\]\.from: "demain" is not a date/);
  });

  test("gives a key to one function", () => {
    const as = (name: string) => `name: ${name}, role: official, from: 2026-11-26, key: ${line}`;
    write(as("maire"), as("adjoint"));
    expect(() => loadSigners(stacks, "bron")).toThrow("A key is of one function");
  });
});

describe("a passkey in the file of approvers", () => {
  const { passkey } = new Authenticator();
  const as = (name: string, { origin: at, id, publicKey } = passkey) =>
    `name: ${name}, role: official, from: 2026-12-01, passkey: { origin: "${at}", id: "${id}", publicKey: "${publicKey}" }`;

  test("is of who signs in a browser", () => {
    write(as("maire"), `name: équipe, role: administrator, from: 2026-11-26, key: ${line}`);
    expect(loadSigners(stacks, "bron").approvers[0]).toEqual({
      ...{ name: "maire", role: "official", from: "2026-12-01", passkey },
      fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
    });
  });

  test.each([
    ["an address for an origin", as("maire", { ...passkey, origin: `${origin}/accord` }), "is no origin"],
    ["an origin without encryption", as("maire", { ...passkey, origin: "http://bron.test" }), "is no origin"],
    ["no key", as("maire", { ...passkey, publicKey: "AAAA" }), "is no key that signatures are verified with"],
    ["a key of SSH beside it", `${as("maire")}, key: ${line}`, "has to have one of key and passkey"],
    ["nothing", "name: maire, role: official, from: 2026-12-01", "has to have one of key and passkey"],
  ])("is refused with %s", (_, text, why) => {
    write(text);
    expect(() => loadSigners(stacks, "bron")).toThrow(why);
  });

  test("is of one function", () => {
    write(as("maire"), as("adjoint"));
    expect(() => loadSigners(stacks, "bron")).toThrow(/approvers\[1\]\.passkey.*A key is of one function/);
  });
});

test("a key may sign from its first day to its last", () => {
  const validity = { from: "2026-11-26", until: "2027-11-26" };
  const days = ["2026-11-25", "2026-11-26", "2027-11-26", "2027-11-27"];
  expect(days.map((day) => maySign(validity, day))).toEqual([false, true, true, false]);
});
