import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { checkout } from "../../../local/paths.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { leaksIn } from "../../leaks.ts";
import { commune } from "./communes.ts";
import type { Core } from "./town.ts";

const readableKinds =
  "deployments,statefulsets,jobs,cronjobs,configmaps,services,ingresses,networkpolicies,pods";

/** Passwords and keys that were drawn from the seed: words of 32 bytes in the commune's Secrets, by where they are. */
async function drawnSecrets(core: Core): Promise<Map<string, string>> {
  const { items } = JSON.parse(await core.kubectl("get", "secrets", "-A", "-o", "json")) as {
    items: { metadata: { namespace: string; name: string }; data?: Record<string, string> }[];
  };
  const own = items.filter(({ metadata }) => metadata.namespace.startsWith(`${commune}-`));
  return new Map(
    own.flatMap(({ metadata: { namespace, name }, data = {} }) =>
      Object.entries(data).flatMap(([key, value]) =>
        [
          ...Buffer.from(value, "base64")
            .toString("utf8")
            .matchAll(/(?<![\w-])[\w-]{43}(?![\w-])/g),
        ].map(([word], index) => [`${namespace}/${name} ${key} ${index}`, word] as const),
      ),
    ),
  );
}

/** Returns what a pod has written; a timed Job's may be gone since it was listed. */
async function logOf(core: Core, namespace: string, name: string): Promise<string> {
  try {
    return await core.kubectl("logs", "-n", namespace, name, "--all-containers");
  } catch (error) {
    if (String(error).includes(`pods "${name}" not found`)) return "";
    throw error;
  }
}

/** Returns what every pod of the commune has written. */
async function logs(core: Core): Promise<[string, string][]> {
  const listed = await core.kubectl(
    ...["get", "pods", "-A", `--selector=commune.cloud/commune=${commune}`],
    '--output=jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}',
  );
  const pods = listed.split("\n").filter(Boolean);
  expect(pods.length).toBeGreaterThan(15);
  const each = pods.map(async (pod): Promise<[string, string]> => {
    const [namespace = "", name = ""] = pod.split(" ");
    return [`log of ${pod}`, await logOf(core, namespace, name)];
  });
  return Promise.all(each);
}

/** Returns what commands print and write of the commune. */
async function said({ project }: Core): Promise<[string, string][]> {
  const folder = join(project.folder, "said");
  const commands = [
    ["audit", commune, "--preview", "--to", join(folder, "audit")],
    ["drift", commune, "--json"],
    ["status", commune],
    ["federation", "status", commune],
    ["evidence", commune, "--to", join(folder, "evidence")],
  ];
  const run = async (words: readonly string[]): Promise<[string, string]> => {
    const { all } = await execa("node", ["scripts/commune.js", ...words], {
      ...{ cwd: project.folder, env: project.environment, all: true, reject: false, stdin: "ignore" },
    });
    // A command that only says that it is not there has nothing to leak.
    expect(String(all).length, `${words.join(" ")}: ${all}`).toBeGreaterThan(100);
    return [words.join(" "), String(all)];
  };
  // The first one compiles the commands.
  const printed = [await run(["check", commune]), ...(await Promise.all(commands.map(run)))];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(8);
  return [
    ...printed,
    ...files.map((file): [string, string] => [
      file.name,
      readFileSync(join(file.parentPath, file.name), "utf8"),
    ]),
  ];
}

/** Returns what strangers are answered. */
async function served(core: Core): Promise<[string, string][]> {
  const agent = agentFor(core.doorway);
  const paths = [
    ...["", "accords", "etat", "logiciels", "donnees", "publications"],
    ...[".well-known/commune", "nowhere"],
  ];
  const addresses = [
    ...paths.map((path) => `https://${commune}.test/${path}`),
    ...["social", "video", "connexion"].map((name) => `https://${name}.${commune}.test/`),
  ];
  try {
    const each = addresses.map(async (address): Promise<[string, string]> => {
      const { body } = await request(address, { dispatcher: agent });
      return [address, await body.text()];
    });
    return await Promise.all(each);
  } finally {
    await agent.close();
  }
}

/** Tests of what the commune keeps to itself. */
export function secrets(core: Core): void {
  describe("a commune", () => {
    test("shows nobody a secret, in any encoding: not in its state, logs, objects, reports, pages or answers", async () => {
      const { project } = core;
      const drawn = await drawnSecrets(core);
      const accounts = Object.values((await core.outputs()).accounts).map(({ password }) => password);
      expect(accounts.length).toBeGreaterThanOrEqual(3);
      expect(accounts.filter(({ length }) => length !== 43)).toEqual([]);
      for (const password of accounts) drawn.set("the password of an account", password);
      expect(drawn.size).toBeGreaterThan(20);
      for (const entry of ["audit", "scripts", "local", "test/doubles"])
        cpSync(join(checkout, entry), join(project.folder, entry), { recursive: true });
      const written = new Map([
        ["state", await project.succeed("stack", "export", "-s", commune)],
        ["outputs", await project.succeed("stack", "output", "--json", "-s", commune)],
        ["preview", await project.succeed("preview", "--diff", "-s", commune)],
        ["objects", await core.kubectl("get", `${readableKinds},events`, "-A", "-o", "yaml")],
        ...(await logs(core)),
        ...(await said(core)),
        ...(await served(core)),
      ]);
      const found = [...written].flatMap(([where, text]) =>
        leaksIn(text, drawn).map((name) => `${name} in ${where}`),
      );
      expect(found).toEqual([]);
      expect(written.size).toBeGreaterThan(40);
    });
  });
}
