import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { receiveScript, sharedFolder, waitForWork } from "../../../components/schools/schools/manifests.ts";

let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "receive-"));
  root = join(folder, "volume");
  mkdirSync(root);
  writeFileSync(join(folder, "receive.sh"), receiveScript().replaceAll(sharedFolder, root));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script as the pod does. */
function receive(words: string[], input: string | Buffer = "") {
  const { status, stdout, stderr } = spawnSync("sh", [join(folder, "receive.sh"), ...words], { input });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

// QUIT is what nginx's image asks to be stopped by (STOPSIGNAL); the first process of a pod hears only what it has a trap for.
it.each(["SIGQUIT", "SIGTERM"] as const)(
  "the container that waits ends by itself at a %s",
  async (signal) => {
    const waiting = spawn("sh", ["-c", `echo waits; ${waitForWork}`], {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const ended = new Promise((resolve) => waiting.once("exit", (code, by) => resolve({ code, by })));
    await new Promise((resolve) => waiting.stdout.once("data", resolve));
    // The line before the trap is written first.
    await new Promise((resolve) => setTimeout(resolve, 200));
    waiting.kill(signal);
    expect(await ended).toEqual({ code: 0, by: null });
    // In a pod, what it started ends with it.
    process.kill(-(waiting.pid ?? Number.NaN), "SIGKILL");
  },
);

const sum = (content: string) => createHash("sha256").update(content).digest("hex");

/** A tar archive of files named by the checksum of their content; `named` lies about one. */
function archive(contents: string[], named: Record<string, string> = {}): Buffer {
  const files = mkdtempSync(join(folder, "sent-"));
  for (const content of contents) writeFileSync(join(files, named[content] ?? sum(content)), content);
  return execFileSync("tar", ["-c", "-f", "-", "-C", files, "."]);
}

function publish(name: string, files: Record<string, string>) {
  const wanted = Object.values(files)
    .map((content) => `${sum(content)}\n`)
    .join("");
  const missing = receive(["missing"], wanted).stdout.split("\n").filter(Boolean);
  const sent = Object.values(files).filter((content) => missing.includes(sum(content)));
  if (sent.length > 0) expect(receive(["take"], archive(sent)).status).toBe(0);
  const lines = Object.entries(files)
    .map(([path, content]) => `${sum(content)} ${path}\n`)
    .join("");
  expect(receive(["release", name], lines)).toMatchObject({ status: 0, stderr: "" });
  return sent;
}

const shown = (path: string) => readFileSync(join(root, "current", path), "utf8");

describe("publishing", () => {
  it("sends each file once, and shows a publication whole", () => {
    expect(publish("a", { "index.html": "one", "library/x/pictures/é toile.png": "star" })).toEqual([
      "one",
      "star",
    ]);
    expect(shown("library/x/pictures/é toile.png")).toBe("star");
    expect(publish("b", { "index.html": "two", "library/x/pictures/é toile.png": "star" })).toEqual(["two"]);
    expect(shown("index.html")).toBe("two");
    expect(statSync(join(root, "objects", sum("star"))).nlink).toBe(3);
  });

  it("goes back, and forgets what nothing shows any more", () => {
    publish("a", { "index.html": "one" });
    publish("b", { "index.html": "two" });
    expect(receive(["back"])).toMatchObject({ status: 0, stdout: "a\n" });
    expect(shown("index.html")).toBe("one");
    expect(readdirSync(join(root, "objects"))).toEqual([sum("one")]);
    expect(receive(["back"])).toMatchObject({
      status: 1,
      stderr: "there is no earlier publication to go back to\n",
    });
    expect(shown("index.html")).toBe("one");
  });

  it("keeps three publications", () => {
    for (const name of ["a", "b", "c", "d"]) publish(name, { "index.html": name });
    expect(receive(["list"]).stdout).toBe("b\nc\nd\n");
    expect(readdirSync(join(root, "releases")).sort()).toEqual(["b", "c", "d"]);
    expect(existsSync(join(root, "objects", sum("a")))).toBe(false);
    publish("c", { "index.html": "c" });
    expect(readlinkSync(join(root, "current"))).toBe("releases/c");
  });

  it("goes on from where it was interrupted", () => {
    const half = archive(["one", "two"]).subarray(0, 2049);
    expect(receive(["take"], half).status).not.toBe(0);
    const missing = receive(["missing"], `${sum("one")}\n${sum("two")}\n`)
      .stdout.trim()
      .split("\n");
    expect(missing).toHaveLength(1);
  });

  it("takes nothing that is not what it is called", () => {
    receive(["take"], archive(["evil"], { evil: sum("good") }));
    expect(receive(["missing"], `${sum("good")}\n`).stdout).toBe(`${sum("good")}\n`);
  });

  it("shows nothing of a publication that cannot be made", () => {
    publish("a", { "index.html": "one" });
    expect(receive(["release", "b"], `${sum("one")} ../../../evil\n`)).toMatchObject({ status: 1 });
    expect(receive(["release", "b"], `${sum("not here")} x\n`).status).not.toBe(0);
    expect(shown("index.html")).toBe("one");
    expect(existsSync(join(folder, "evil"))).toBe(false);
  });
});
