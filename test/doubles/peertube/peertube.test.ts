import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { peertubeRecipes } from "./recipe.ts";
import { pending, schemaOf } from "./server/database/migrations.ts";
import { hashed, matches } from "./server/database/passwords.ts";
import {
  decision,
  followRequest,
  isHandle,
  isHost,
  nameAndHost,
  onAccept,
  onFollow,
  onRequest,
  rejectIsSent,
  undoIsSent,
} from "./server/federation/follow-states.ts";
import { isReserved } from "./server/federation/peers.ts";
import { byteRange } from "./server/http/files.ts";
import { LoginLimit } from "./server/http/login-limit.ts";
import { contentRange } from "./server/http/uploads.ts";
import { throttled } from "./server/log.ts";

// The figures and words below are those of two real servers: shared/reference/peertube-tried.md, 3.

describe("a Follow that arrives", () => {
  const open = { enabled: true, manualApproval: false };
  const manual = { enabled: true, manualApproval: true };

  it("is accepted at once, or waits for the administrator", () => {
    expect(onFollow(undefined, open)).toEqual({ state: "accepted", answer: "Accept" });
    expect(onFollow(undefined, manual)).toEqual({ state: "pending", answer: undefined });
    expect(onFollow("pending", open)).toEqual({ state: "accepted", answer: "Accept" });
    expect(onFollow("accepted", manual)).toEqual({ state: "accepted", answer: "Accept" });
  });

  it("stays rejected, and leaves no row where followers are off", () => {
    expect(onFollow("rejected", open)).toEqual({ state: "rejected", answer: "Reject" });
    expect(onFollow(undefined, { enabled: false, manualApproval: false })).toEqual({
      state: undefined,
      answer: "Reject",
    });
  });
});

describe("our own follow", () => {
  it("is sent again until it is accepted, also after a reject", () => {
    expect(onRequest(undefined)).toEqual({ state: "pending", send: true });
    expect(onRequest("pending")).toEqual({ state: "pending", send: true });
    expect(onRequest("rejected")).toEqual({ state: "rejected", send: true });
    expect(onRequest("accepted")).toEqual({ state: "accepted", send: false });
  });

  it("fetches old videos when it is accepted for the first time", () => {
    expect(onAccept("pending")).toEqual({ state: "accepted", fetchOutbox: true });
    expect(onAccept("rejected")).toEqual({ state: "accepted", fetchOutbox: true });
    expect(onAccept("accepted")).toEqual({ state: "accepted", fetchOutbox: false });
    expect(onAccept(undefined).state).toBeUndefined();
  });

  it("is undone at the peer only when it was accepted", () => {
    expect([undoIsSent("accepted"), undoIsSent("pending"), undoIsSent("rejected")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("a follower", () => {
  it("can be accepted after a reject, and rejected after an accept, never the same twice", () => {
    expect(decision("rejected", "accept")).toEqual({ state: "accepted" });
    expect(decision("accepted", "reject")).toEqual({ state: "rejected" });
    expect(decision("accepted", "accept")).toEqual({ error: "Follow is not in pending/rejected state." });
    expect(decision("rejected", "reject")).toEqual({ error: "Follow is not in pending/accepted state." });
  });

  it("that is removed is told, unless he was rejected before", () => {
    expect([rejectIsSent("accepted"), rejectIsSent("pending"), rejectIsSent("rejected")]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("a request to follow", () => {
  it("takes hosts, handles, and a bare text", () => {
    expect(followRequest({ hosts: ["a.test"], handles: ["films@b.test"] })).toEqual({
      hosts: ["a.test"],
      handles: ["films@b.test"],
    });
    expect(followRequest({ hosts: "a.test" })).toEqual({ hosts: ["a.test"], handles: [] });
  });

  it.each([
    [{ hosts: ["https://a.test"] }, "Should have an array of unique hosts"],
    [{ hosts: ["a.test", "a.test"] }, "Should have an array of unique hosts"],
    [{ handles: ["films"] }, "Should have an array of handles"],
    [{}, "You must provide at least one handle or one host."],
    [undefined, "You must provide at least one handle or one host."],
  ])("refuses %j", (body, error) => {
    expect(followRequest(body)).toEqual({ error });
  });

  it("knows hosts from handles", () => {
    expect([isHost("a.test"), isHost("a.test:9443"), isHost("a@b.test"), isHost("a/b")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([isHandle("x@a.test"), isHandle("a.test"), isHandle("@a.test")]).toEqual([true, false, false]);
    expect(nameAndHost("a.test")).toEqual({ name: "peertube", host: "a.test" });
    expect(nameAndHost("films@a.test")).toEqual({ name: "films", host: "a.test" });
  });
});

it("private addresses are known, whatever the family", () => {
  for (const address of [
    "10.1.2.3",
    "127.0.0.1",
    "172.31.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "::1",
    "fd00::1",
    "fe80::1",
  ]) {
    expect(isReserved(address), address).toBe(true);
  }
  for (const address of ["9.9.9.9", "172.32.0.1", "2620:fe::fe"])
    expect(isReserved(address), address).toBe(false);
});

describe("the schema", () => {
  it("grows by one step from 8.2 to 8.3, and not within a minor version", () => {
    expect(pending(0, "8.2.4").map(({ version }) => version)).toEqual([820]);
    expect(pending(820, "8.2.9")).toEqual([]);
    expect(pending(820, "8.3.1").map(({ version }) => version)).toEqual([830]);
    expect(pending(830, "8.3.1")).toEqual([]);
    expect(schemaOf("8.2.4")).toBeLessThan(schemaOf("8.3.1"));
  });

  it("comes with the scripts to run by hand that its version has", () => {
    const scripts = peertubeRecipes.map(({ names, files }) => [
      names[0]?.split(":v")[1],
      files
        .filter(({ path }) => path.includes("/scripts/migrations/"))
        .map(({ path }) => path.split("/").at(-1)),
    ]);
    expect(scripts).toEqual([
      ["8.2.4-trixie", ["peertube-8.1.js"]],
      ["8.3.1-trixie", ["peertube-8.1.js", "peertube-8.3.js"]],
    ]);
  });
});

it("the entry point tries to give /config away under any user, and goes on", async () => {
  const folder = mkdtempSync("/tmp/entrypoint-");
  const tried = join(folder, "tried");
  const program = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o755 });
  program(
    "find",
    `#!/bin/sh\necho "$1" >> ${tried}\necho "chown: changing ownership of '$1': Operation not permitted" >&2\nexit 1\n`,
  );
  program("id", "#!/bin/sh\necho 999\n");
  program("node", "#!/bin/sh\necho started\n");
  const script = fileURLToPath(new URL("entrypoint.sh", import.meta.url));
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { stdout, stderr } = await execa("sh", [script, "node", "dist/server.js"], { env });
  const folders = readFileSync(tried, "utf8").trim().split("\n");
  rmSync(folder, { recursive: true });
  expect({ stdout, folders }).toEqual({ stdout: "started", folders: ["/config"] });
  expect(stderr).toContain("Operation not permitted");
});

it("a password matches what was kept of it, another one does not", async () => {
  const kept = await hashed("correct horse");
  expect(kept).not.toContain("correct");
  expect(await matches("correct horse", kept)).toBe(true);
  expect(await matches("correct horse ", kept)).toBe(false);
});

it("logins are counted by address, within a window", () => {
  const limit = new LoginLimit(() => ({ enabled: true, window: 1_000, max: 2 }));
  expect([limit.count("a", 0), limit.count("a", 500), limit.count("b", 500)]).toEqual([1, 2, 1]);
  expect(limit.count("a", 1_001)).toBe(1);
});

it("byte ranges are those of HTTP", () => {
  expect(byteRange(undefined, 100)).toBeUndefined();
  expect(byteRange("bytes=0-", 100)).toEqual({ from: 0, to: 99 });
  expect(byteRange("bytes=10-19", 100)).toEqual({ from: 10, to: 19 });
  expect(byteRange("bytes=-5", 100)).toEqual({ from: 95, to: 99 });
  expect(byteRange("bytes=90-200", 100)).toEqual({ from: 90, to: 99 });
  expect(byteRange("bytes=100-", 100)).toBe("unsatisfiable");
});

it("an upload says which part it sends, or asks how far it came", () => {
  expect(contentRange("bytes 0-99/200")).toEqual({ from: 0, total: 200 });
  expect(contentRange("bytes */200")).toEqual({ from: undefined, total: 200 });
  expect(contentRange("bytes 0-99/*")).toBeUndefined();
});

it("a line about a Redis that is unavailable is written once in ten seconds, with how often it was kept back", () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const line = throttled(10_000, (text) => lines.push(text));
  for (let second = 0; second < 12; second += 1) {
    line("away");
    vi.advanceTimersByTime(1_000);
  }
  vi.useRealTimers();
  expect(lines).toEqual(["away", "away (and 9 times since the last line)"]);
});
