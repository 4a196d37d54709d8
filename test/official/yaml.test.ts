import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { folderBackend } from "../../local/toolchain/pulumi.ts";
import { changesOf } from "../cluster/project.ts";
import { commandsIn, guideBlocks } from "../guide-blocks.ts";
import { installPacked } from "../packed.ts";
import { yamlLanguageHost } from "./yaml.ts";

/**
 * The program of docs/languages.md, as it is written there but for data that may be deleted, under Pulumi's own language
 * host of YAML. `npm run test:all -- official/yaml`, not in CI: it builds that from its Go module.
 */
const cluster = openCluster(inject("cluster"));
const folder = mkdtempSync(join(tmpdir(), "town-"));
const blocks = guideBlocks(readFileSync(join(checkout, "docs/languages.md"), "utf8"));
const stack = "bron";
let environment: NodeJS.ProcessEnv;

async function pulumi(...words: readonly string[]): Promise<string> {
  const { all, failed } = await execa("pulumi", [...words, "--non-interactive"], {
    ...{ cwd: folder, env: environment, all: true, reject: false },
  });
  if (failed) throw new Error(`pulumi ${words.join(" ")}:\n${all}`);
  return all;
}

const kubectl = async (...words: readonly string[]) =>
  (await execa("kubectl", words, { env: cluster.environment })).stdout;

beforeAll(async () => {
  const host = await yamlLanguageHost();
  const program = blocks.find(({ language }) => language === "yaml")?.text ?? "";
  const disposable = program.replace(
    "site: { ingress: traefik }",
    "site: { ingress: traefik, data: disposable }",
  );
  expect(disposable).not.toBe(program);
  writeFileSync(join(folder, "Pulumi.yaml"), disposable);
  await installPacked(folder);
  mkdirSync(join(folder, "state"));
  environment = {
    ...cluster.environment,
    PATH: `${host}:${cluster.environment.PATH}`,
    PULUMI_BACKEND_URL: folderBackend(join(folder, "state")),
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NO_COLOR: "1",
  };
  // `package add` writes the line that is there, and asks this host to link the package, which a later one can.
  const commands = blocks
    .flatMap(({ text }) => commandsIn(text))
    .flatMap((line) => /^npx pulumi (stack init .*|config set .*)$/.exec(line)?.[1] ?? []);
  expect(commands.length).toBe(5);
  for (const command of commands) await pulumi(...command.split(" "));
});

afterAll(async () => {
  await pulumi("destroy", "--yes", "--skip-preview", "-s", stack);
  rmSync(folder, { recursive: true });
});

test("a program in YAML brings up a Nextcloud with its database", async () => {
  const said = await pulumi("up", "--yes", "--skip-preview", "-s", stack);
  expect(changesOf(said).created).toBeGreaterThan(50);
  const outputs = yaml.load(await pulumi("stack", "output", "--json", "--show-secrets", "-s", stack));
  expect(outputs).toMatchObject({
    addresses: { nextcloud: "https://cloud.bron.test" },
    accounts: { nextcloud: { user: "admin", password: expect.stringMatching(/^.{20,}$/) } },
  });
  const ready = await kubectl(
    ...["get", "pods", "-A", "-l", `commune.cloud/commune=${stack}`, "--field-selector=status.phase=Running"],
    '--output=jsonpath={range .items[*]}{.metadata.namespace} {.status.containerStatuses[0].ready}{"\\n"}{end}',
  );
  expect(ready.split("\n")).toEqual(
    expect.arrayContaining([`${stack}-database true`, `${stack}-nextcloud true`]),
  );
});

test("its second update changes nothing", async () => {
  const changes = changesOf(await pulumi("up", "--yes", "--skip-preview", "-s", stack));
  expect(Object.keys(changes)).toEqual(["unchanged"]);
});
