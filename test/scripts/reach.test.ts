import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { kubectlAt, reachOf } from "../../scripts/reach.ts";
import { ordinary } from "../../scripts/recovery/points.ts";
import { restoreCommand } from "../../scripts/restore.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commune-reach-"));
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks", "Pulumi.bron.yaml"), "config:\n  commune:context: mairie\n");
  // A state folder in which no cluster was ever up.
  vi.stubEnv("COMMUNE_STATE", folder);
  vi.stubEnv("KUBECONFIG", "");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a commune's cluster is the one that is named, else that of its stack's settings", () => {
  expect(reachOf("bron", undefined, folder)).toEqual({ environment: process.env, context: "mairie" });
  expect(reachOf("bron", "essai", folder).context).toBe("essai");
});

test("without either it is the current one of KUBECONFIG by its name, else this machine's own", () => {
  expect(() => reachOf("givors", undefined, folder)).toThrow(
    /^no cluster is named\. Write --context <name> .*was never up/,
  );
  const [first, second] = ["one", "two"].map((name) => join(folder, name));
  writeFileSync(String(first), "apiVersion: v1\nkind: Config\n");
  writeFileSync(String(second), "current-context: metropole\n");
  vi.stubEnv("KUBECONFIG", `${join(folder, "none")}:${first}:${second}`);
  expect(reachOf("givors", undefined, folder)).toEqual({ environment: process.env, context: "metropole" });
  expect(reachOf("givors", "essai", folder).context).toBe("essai");
  // What kubectl would say itself, after half of the work.
  vi.stubEnv("KUBECONFIG", String(first));
  expect(() => reachOf("givors", undefined, folder)).toThrow(/has no current context: name one, --context/);
});

test("a context that the kubeconfig does not have is said with where those that it has are listed", async () => {
  const program = join(folder, "kubectl");
  writeFileSync(program, "#!/bin/sh\necho 'error: context \"mairie\" does not exist' >&2\nexit 1\n", {
    mode: 0o755,
  });
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  await expect(kubectlAt(reachOf("bron", undefined, folder)).text(["get", "pods"])).rejects.toThrow(
    'the kubeconfig has no context "mairie". Those that it has: kubectl config get-contexts',
  );
});

test("a restore is on the cluster that the stack's settings name, and says so", async () => {
  const stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "bron"));
  writeFileSync(
    join(stacks, "federation.yaml"),
    'name: Métropole\nmembers:\n  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test }\n  givors: { name: Givors, insee: "69091", domain: givors.test, contact: a@givors.test }\n',
  );
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 1\ncontact: a@bron.test\nnextcloud: {}\nrecovery: { vaults: [givors] }\n',
  );
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const asked: string[] = [];
  const kubectl = async (words: readonly string[]) => {
    asked.push(String(words[0]));
    throw new Error("no cluster");
  };
  const words = ["bron", "--service", "nextcloud", "--point", "2026-11-26T02:37:41Z-000042"];
  await expect(
    restoreCommand({ ...ordinary, stacks, kubectl }).parseAsync([...words, "--release", "--yes"], {
      from: "user",
    }),
  ).rejects.toThrow("no cluster");
  expect(new Set(asked)).toEqual(new Set(["--context=mairie"]));
  expect(lines.join("\n")).toContain("On the cluster of the context mairie.");
});
