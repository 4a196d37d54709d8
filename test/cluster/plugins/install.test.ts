import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installedFolder, providerPlugins } from "../../../local/plugins/index.ts";
import { installOfficialPlugins, type PluginChoice } from "../../../local/plugins/official.ts";
import { buildToolchain, type Toolchain } from "../../../local/toolchain/index.ts";

/** Pulumi's own command, against a server on loopback that has an archive for each provider. */
const folder = mkdtempSync(join(tmpdir(), "commune-install-"));
const archives = new Map<string, Buffer>();
const asked: string[] = [];
const server = createServer(({ method, url }, answer) => {
  asked.push(`${method} ${url}`);
  const archive = archives.get(url ?? "");
  // Pulumi downloads nothing of unknown length.
  answer.writeHead(archive ? 200 : 404, { "content-length": archive?.length ?? 0 });
  answer.end(method === "HEAD" ? undefined : archive);
});
let toolchain: Toolchain;
let address: string;

beforeAll(async () => {
  toolchain = await buildToolchain({ report: () => undefined });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function publish(): Promise<void> {
  for (const { name, version } of providerPlugins()) {
    const program = `pulumi-resource-${name}`;
    writeFileSync(join(folder, program), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
    const archive = join(folder, "archive.tar.gz");
    await execa("tar", ["-czf", archive, "-C", folder, program]);
    archives.set(`/${program}-v${version}-linux-amd64.tar.gz`, readFileSync(archive));
  }
}

const install = (choice: PluginChoice, home: string, from = address) =>
  installOfficialPlugins({
    choice,
    toolchain,
    signal: new AbortController().signal,
    server: from,
    environment: { ...process.env, PULUMI_HOME: join(folder, home) },
  });

const installed = (home: string) =>
  providerPlugins().filter((plugin) => existsSync(installedFolder(join(folder, home), plugin)));

test("no server is asked for official plugins where ours were chosen", async () => {
  expect(await install("local", "ours")).toBeUndefined();
  expect(asked).toEqual([]);
});

test("the home of a local cluster is not taken for the user's own", async () => {
  const environment = {
    ...process.env,
    HOME: join(folder, "user"),
    COMMUNE_STATE: join(folder, "state"),
    PULUMI_HOME: join(folder, "state", "commune", "pulumi-home"),
  };
  const signal = new AbortController().signal;
  const home = await installOfficialPlugins({
    choice: "auto",
    toolchain,
    signal,
    server: address,
    environment,
  });
  expect(home).toBe(join(folder, "user", ".pulumi"));
});

test("what cannot be had is an error only where it was asked for", async () => {
  const versions = providerPlugins()
    .map(({ name, version }) => `${name} ${version}`)
    .join(", ");
  expect(await install("auto", "without")).toBe(join(folder, "without"));
  await expect(install("official", "without")).rejects.toThrow(
    `the official plugins ${versions} are not installed and cannot be had from ${address}`,
  );
  await expect(install("official", "without", "http://127.0.0.1:1")).rejects.toThrow(
    "no answer within 3 seconds",
  );
  expect(installed("without")).toEqual([]);
});

test("they are installed once, by Pulumi's own command, where the server has them", async () => {
  await publish();
  expect(await install("auto", "with")).toBe(join(folder, "with"));
  expect(installed("with")).toEqual(providerPlugins());
  const before = asked.length;
  await install("official", "with");
  expect(asked).toHaveLength(before);
});
