import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { seedFingerprint } from "../../../components/foundation/seed/derive.ts";
import { stackSeed } from "../../../scripts/recovery/kit/stack-seed.ts";
import type { Town } from "./town.ts";

const services = ["nextcloud", "mastodon", "peertube"];

const raised = [
  "nextcloud/admin-password",
  "mastodon/owner-password",
  "peertube/root-password",
  ...services.flatMap((name) => [`${name}/database-password`, `${name}/cache-password`]),
  "database/superuser-password",
  "nextcloud/federation-password",
  "mastodon/federation-token",
];

/** Everything that somebody could have got hold of. */
interface Known {
  accounts: Record<string, string>;
  roles: Record<string, string>;
  superuser: string;
  token: string;
}

/** Asks PeerTube for a token as root: its answer's status. Node's fetch() would send another name than the public one. */
const tokenOfRoot = (host: string, password: string) => `
const { request } = require("node:http");
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const headers = { host: "${host}", "content-type": "application/x-www-form-urlencoded" };
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

/**
 * The version of every password that rotates is raised: what each application takes afterwards, and that it takes the one
 * of before no more.
 */
export function rotation(town: Town): void {
  const { commune, cluster, project } = town;
  const kubectl = async (...words: string[]) =>
    (await execa("kubectl", words, { env: cluster.environment })).stdout;

  /** A value of a Secret in the cluster. */
  async function kept(service: string, secret: string, key: string): Promise<string> {
    const path = `jsonpath={.data.${key.replaceAll(".", "\\.")}}`;
    const value = await kubectl("get", "secret", secret, "-n", `${commune}-${service}`, "-o", path);
    return Buffer.from(value, "base64").toString();
  }

  async function known(): Promise<Known> {
    const accounts = Object.entries(await town.accounts());
    const roles = services.map(
      async (name): Promise<[string, string]> => [
        name,
        await kept("database", `database-role-${name}`, "password"),
      ],
    );
    return {
      accounts: Object.fromEntries(accounts.map(([name, { password }]) => [name, password])),
      roles: Object.fromEntries(await Promise.all(roles)),
      superuser: await kept("database", "database-superuser", "password"),
      token: await kept("mastodon", "mastodon-bootstrap", "federation-token"),
    };
  }

  /** Whether PostgreSQL lets a role in with a password, over the network: its socket asks for none. */
  async function isLetIn(role: string, password: string): Promise<boolean> {
    const script = `PGPASSWORD='${password}' psql -h "$(hostname -i)" -U ${role} -d ${role} -Atc 'SELECT 1'`;
    const words = ["bash", "-c", script];
    const { said, failed } = await town.within("database", "database-0", "postgresql", words);
    if (failed) expect(said).toContain("password authentication failed");
    return !failed;
  }

  /** Returns what Ruby prints in a pod of Mastodon's. */
  async function rails(ruby: string): Promise<string> {
    const words = ["bin/rails", "runner", ruby];
    const { said } = await town.within("mastodon", "deployment/mastodon-web", "puma", words);
    expect(said).toMatch(/(true|false)\s*$/);
    return said.trim();
  }

  /** Whether each application lets its first account in, asked in its own pod. */
  async function mayLogIn(service: string, password: string): Promise<boolean> {
    if (service === "nextcloud") {
      const words = ["-o", "/dev/null", "-X", "PROPFIND", "-H", "Depth: 0"];
      const { status } = await town.documents("/remote.php/dav/files/admin/", password, ...words);
      expect([207, 401]).toContain(status);
      return status === 207;
    }
    if (service === "peertube") {
      const words = ["node", "-e", tokenOfRoot(`video.${commune}.test`, password)];
      const { said } = await town.within("peertube", "deployment/peertube", "peertube", words);
      expect(said).toMatch(/^(200|400)$/);
      return said === "200";
    }
    const asked = `print Account.find_local('mairie').user.valid_password?('${password}')`;
    return (await rails(asked)).endsWith("true");
  }

  describe("a password that was raised", () => {
    let before: Known;
    let after: Known;

    beforeAll(async () => {
      before = await known();
      town.declare({ secrets: Object.fromEntries(raised.map((name) => [name, 2])) });
      await town.up();
      after = await known();
    });

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
        rails(`print Doorkeeper::AccessToken.exists?(token: '${token}', revoked_at: nil)`);
      expect(after.token).not.toBe(before.token);
      expect(await has(after.token)).toMatch(/true$/);
      expect(await has(before.token)).toMatch(/false$/);
    });

    test("is not in any log of what set it", async () => {
      const secrets = [...Object.values(after.accounts), ...Object.values(after.roles)];
      for (const [service, job] of [
        ["nextcloud", "nextcloud-admin-password"],
        ["mastodon", "mastodon-owner-password"],
        ["peertube", "peertube-root-password"],
        ["database", "database-role-nextcloud"],
      ] as const) {
        const listed = await kubectl("get", "pods", "-n", `${commune}-${service}`, "-o", "name");
        const pods = listed.split("\n").filter((name) => name.includes(job));
        expect(pods.length, job).toBeGreaterThan(0);
        for (const pod of pods) {
          const log = await kubectl("logs", "-n", `${commune}-${service}`, pod);
          expect(
            secrets.filter((secret) => log.includes(secret)),
            job,
          ).toEqual([]);
        }
      }
    });
  });

  test("what people set themselves afterwards stays, and the next update has nothing to do", async () => {
    const chosen = "Chosen-by-people-2026";
    const reset = ["php", "occ", "user:resetpassword", "--password-from-env", "admin"];
    const words = ["env", `OC_PASS=${chosen}`, ...reset];
    expect((await town.within("nextcloud", "deployment/nextcloud", "php", words)).failed).toBe(false);
    expect(Object.keys(await town.up())).toEqual(["unchanged"]);
    expect(await mayLogIn("nextcloud", chosen)).toBe(true);
  });

  test("the seed is read from the stack, and given to another one, as a recovery kit does", async () => {
    const at = (id: string) => stackSeed({ folder: project.folder, environment: project.environment }, id);
    const seed = await at(commune).read();
    expect(seed && seedFingerprint(seed, commune)).toBe(await at(commune).published());
    await project.succeed("stack", "init", "elsewhere");
    expect(await at("elsewhere").read()).toBeUndefined();
    await at("elsewhere").give(seed ?? "");
    expect(await at("elsewhere").read()).toBe(seed);
    await expect(at("nowhere").read()).rejects.toThrow("no stack named 'nowhere' found");
  });

  test("the one of before is refused, before anything changes", async () => {
    town.declare({ secrets: Object.fromEntries(raised.map((name) => [name, 1])) });
    const { exitCode, output } = await project.pulumi(["preview", "-s", commune]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain(
      "nextcloud/admin-password is in version 2, and version 1 is what it was replaced for",
    );
  });
}
