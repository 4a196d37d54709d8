import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { Project } from "./project.ts";

/**
 * A commune that raises the version of every password that rotates, on the engine and the cluster: what each application
 * takes afterwards, and that it takes the one of before no more.
 */
const cluster = openCluster(inject("cluster"));
const stack = "rotation-town";
const services = ["nextcloud", "mastodon", "peertube"];
let project: Project;

const raised = [
  "nextcloud/admin-password",
  "mastodon/owner-password",
  "peertube/root-password",
  ...services.flatMap((name) => [`${name}/database-password`, `${name}/cache-password`]),
  "database/superuser-password",
  "nextcloud/federation-password",
  "mastodon/federation-token",
];

function declare(version: number): void {
  const secrets = version === 1 ? "{}" : `{ ${raised.map((name) => `${name}: ${version}`).join(", ")} }`;
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 900
contact: numerique@${stack}.test
nextcloud: { storage: 1 GiB, apps: [] }
mastodon: {}
peertube: {}
secrets: ${secrets}
`,
  );
}

async function inside(service: string, workload: string, container: string, command: readonly string[]) {
  const { all, exitCode } = await execa(
    "kubectl",
    ["exec", "-n", `${stack}-${service}`, workload, "-c", container, "--", ...command],
    { env: cluster.environment, all: true, reject: false },
  );
  return { said: all, failed: exitCode !== 0 };
}

/** A value of a Secret in the cluster. */
async function kept(service: string, secret: string, key: string): Promise<string> {
  const path = `jsonpath={.data.${key.replaceAll(".", "\\.")}}`;
  const words = ["get", "secret", secret, "-n", `${stack}-${service}`, "-o", path];
  const { stdout } = await execa("kubectl", words, { env: cluster.environment });
  return Buffer.from(stdout, "base64").toString();
}

/** Everything that somebody could have got hold of. */
interface Known {
  accounts: Record<string, string>;
  roles: Record<string, string>;
  superuser: string;
  token: string;
}

async function known(): Promise<Known> {
  const output = await project.succeed(
    "stack",
    "output",
    "accounts",
    "--show-secrets",
    "--json",
    "-s",
    stack,
  );
  const accounts = JSON.parse(output) as Record<string, { password: string }>;
  const roles = services.map(
    async (name): Promise<[string, string]> => [
      name,
      await kept("database", `database-role-${name}`, "password"),
    ],
  );
  return {
    accounts: Object.fromEntries(Object.entries(accounts).map(([name, { password }]) => [name, password])),
    roles: Object.fromEntries(await Promise.all(roles)),
    superuser: await kept("database", "database-superuser", "password"),
    token: await kept("mastodon", "mastodon-bootstrap", "federation-token"),
  };
}

/** Whether PostgreSQL lets a role in with a password, over the network: its socket asks for none. */
async function isLetIn(role: string, password: string): Promise<boolean> {
  const script = `PGPASSWORD='${password}' psql -h "$(hostname -i)" -U ${role} -d ${role} -Atc 'SELECT 1'`;
  const { said, failed } = await inside("database", "database-0", "postgresql", ["bash", "-c", script]);
  if (failed) expect(said).toContain("password authentication failed");
  return !failed;
}

/** Asks PeerTube for a token as root: its answer's status. Node's fetch() would send another name than the public one. */
const tokenOfRoot = (password: string) => `
const { request } = require("node:http");
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const headers = { host: "video.${stack}.test", "content-type": "application/x-www-form-urlencoded" };
  request({ host: "127.0.0.1", port: 9000, method, path, headers }, (answer) => {
    let text = "";
    answer.on("data", (part) => (text += part)).on("end", () => resolve({ status: answer.statusCode, text }));
  }).on("error", reject).end(body);
});
(async () => {
  const client = JSON.parse((await ask("GET", "/api/v1/oauth-clients/local")).text);
  const form = new URLSearchParams({ ...client, grant_type: "password", username: "root", password: "${password}" });
  console.log((await ask("POST", "/api/v1/users/token", form.toString())).status);
})();`;

/** Whether each application lets its first account in, asked in its own pod. */
async function mayLogIn(service: string, password: string): Promise<boolean> {
  if (service === "nextcloud") {
    const words = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PROPFIND", "-H", "Depth: 0"];
    const who = ["-H", `Host: cloud.${stack}.test`, "-u", `admin:${password}`];
    const address = "http://127.0.0.1:8080/remote.php/dav/files/admin/";
    const { said } = await inside("nextcloud", "deployment/nextcloud", "nginx", [...words, ...who, address]);
    expect(said).toMatch(/^(207|401)$/);
    return said === "207";
  }
  if (service === "peertube") {
    const words = ["node", "-e", tokenOfRoot(password)];
    const { said } = await inside("peertube", "deployment/peertube", "peertube", words);
    expect(said).toMatch(/^(200|400)$/);
    return said === "200";
  }
  const asked = `print Account.find_local('mairie').user.valid_password?('${password}')`;
  const { said } = await inside("mastodon", "deployment/mastodon-web", "puma", [
    "bin/rails",
    "runner",
    asked,
  ]);
  expect(said).toMatch(/(true|false)$/);
  return String(said).trim().endsWith("true");
}

let before: Known;
let after: Known;

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare(1);
  await project.createStack(stack);
  await project.up(stack);
  before = await known();
  declare(2);
  await project.up(stack);
  after = await known();
});

afterAll(async () => {
  await project.succeed("destroy", "-s", stack, "--yes");
  project.remove();
});

describe("a password that was raised", () => {
  test.each(services)("of the first account of %s is the one that counts", async (service) => {
    const [old, now] = [before.accounts[service] ?? "", after.accounts[service] ?? ""];
    expect(now).not.toBe(old);
    expect(await mayLogIn(service, now)).toBe(true);
    expect(await mayLogIn(service, old)).toBe(false);
  });

  test.each(services)(
    "of the role of %s is the one that counts, and the service goes on with it",
    async (service) => {
      const [old, now] = [before.roles[service] ?? "", after.roles[service] ?? ""];
      expect(now).not.toBe(old);
      expect(await isLetIn(service, now)).toBe(true);
      expect(await isLetIn(service, old)).toBe(false);
    },
  );

  test("of the superuser is the one that counts", async () => {
    expect(after.superuser).not.toBe(before.superuser);
    expect(await isLetIn("postgres", after.superuser)).toBe(true);
    expect(await isLetIn("postgres", before.superuser)).toBe(false);
  });

  test("takes the tokens of the owner away, and the reconciler has one again", async () => {
    const has = (token: string) =>
      `print Doorkeeper::AccessToken.exists?(token: '${token}', revoked_at: nil)`;
    const asked = async (token: string) =>
      (await inside("mastodon", "deployment/mastodon-web", "puma", ["bin/rails", "runner", has(token)])).said;
    expect(after.token).not.toBe(before.token);
    expect(String(await asked(after.token)).trim()).toMatch(/true$/);
    expect(String(await asked(before.token)).trim()).toMatch(/false$/);
  });

  test("is not in any log of what set it", async () => {
    for (const [service, job] of [
      ["nextcloud", "nextcloud-admin-password"],
      ["mastodon", "mastodon-owner-password"],
      ["peertube", "peertube-root-password"],
      ["database", "database-role-nextcloud"],
    ] as const) {
      const all = await execa("kubectl", ["get", "pods", "-n", `${stack}-${service}`, "-o", "name"], {
        env: cluster.environment,
      });
      const pods = all.stdout.split("\n").filter((name) => name.includes(job));
      expect(pods.length, job).toBeGreaterThan(0);
      for (const pod of pods) {
        const { stdout } = await execa("kubectl", ["logs", "-n", `${stack}-${service}`, pod], {
          env: cluster.environment,
        });
        for (const secret of [...Object.values(after.accounts), ...Object.values(after.roles)]) {
          expect(stdout).not.toContain(secret);
        }
      }
    }
  });
});

test("what people set themselves afterwards stays, and the next update has nothing to do", async () => {
  const words = [
    "env",
    "OC_PASS=Chosen-by-people-2026",
    "php",
    "occ",
    "user:resetpassword",
    "--password-from-env",
    "admin",
  ];
  expect((await inside("nextcloud", "deployment/nextcloud", "php", words)).failed).toBe(false);
  const changes = await project.up(stack);
  expect(Object.keys(changes)).toEqual(["unchanged"]);
  expect(await mayLogIn("nextcloud", "Chosen-by-people-2026")).toBe(true);
});

test("the seed is read from the stack, and given to another one, as a recovery kit does", async () => {
  const at = (id: string) => stackSeed({ folder: project.folder, environment: project.environment }, id);
  const seed = await at(stack).read();
  expect(seed && seedFingerprint(seed, stack)).toBe(await at(stack).published());
  await project.succeed("stack", "init", "elsewhere");
  expect(await at("elsewhere").read()).toBeUndefined();
  await at("elsewhere").give(seed ?? "");
  expect(await at("elsewhere").read()).toBe(seed);
  await expect(at("nowhere").read()).rejects.toThrow("no stack named 'nowhere' found");
});

test("the one of before is refused, before anything changes", async () => {
  declare(1);
  const { exitCode, output } = await project.pulumi(["preview", "-s", stack]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain(
    "nextcloud/admin-password is in version 2, and version 1 is what it was replaced for",
  );
});
