import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { moved } from "./arrival.ts";
import { commune, type Town } from "./town.ts";

/** Place of a password: the service whose namespace has its secret, and the secret. */
type Place = readonly [service: string, secret: string];

/** Passwords on servers that are an association's own. */
export function passwords(town: Town): void {
  const users = (): Record<"mariadb" | "postgresql", Record<string, Place>> => ({
    mariadb: {
      [town.database("theatre", "wordpress")]: ["t-theatre", "t-theatre-wordpress-database"],
      root: ["db--theatre", "db--theatre-root"],
    },
    postgresql: {
      [town.database("theatre", "mobilizon")]: ["t-theatre", "t-theatre-mobilizon-database"],
      postgres: ["pg--theatre", "database-superuser"],
    },
  });
  /** The passwords of now, by user. */
  const passwordsOf = async (engine: "mariadb" | "postgresql") =>
    Promise.all(
      Object.entries(users()[engine]).map(async ([user, [service, secret]]) => {
        const words = ["secret", "-n", `${commune}-${service}`, secret, "-o=jsonpath={.data.password}"];
        const password = Buffer.from(await town.kubectl("get", ...words), "base64").toString("utf8");
        return [user, password] as const;
      }),
    );
  /** Commands with which somebody gets in with a password, which comes on the input. */
  const entrances = {
    mariadb: (user: string) => [
      ...["-n", `${commune}-db--theatre`, "db--theatre-0", "-c", "mariadb", "--", "bash", "-c"],
      `MYSQL_PWD=$(cat) mariadb --host=127.0.0.1 --port=3307 --user=${user} --execute='DO 0'`,
    ],
    postgresql: (user: string) => [
      ...["-n", `${commune}-pg--theatre`, "database-0", "-c", "postgresql", "--", "bash", "-c"],
      `PGPASSWORD=$(cat) psql --host="$(hostname -i)" --username=${user} --dbname=${town.database("theatre", "mobilizon")} --command='SELECT 1'`,
    ],
  };
  const refusals = { mariadb: /Access denied/, postgresql: /password authentication failed/ };
  const opens = async (engine: "mariadb" | "postgresql", user: string, password: string) => {
    const options = { env: town.project.environment, input: password, reject: false } as const;
    const { exitCode, stderr } = await execa("kubectl", ["exec", "-i", ...entrances[engine](user)], options);
    if (exitCode !== 0) expect(stderr).toMatch(refusals[engine]);
    return exitCode === 0;
  };

  describe("servers of its own, and the applications on them,", () => {
    test("get other passwords, and the former ones open nothing", async () => {
      const [ofMariadb, ofPostgresql] = [await passwordsOf("mariadb"), await passwordsOf("postgresql")];
      const expectAll = async (isOpen: boolean) => {
        for (const [user, password] of ofMariadb)
          expect(await opens("mariadb", user, password), user).toBe(isOpen);
        for (const [user, password] of ofPostgresql)
          expect(await opens("postgresql", user, password), user).toBe(isOpen);
      };
      await expectAll(true);
      const raised = [
        ...["t-theatre/wordpress-database-password", "db--theatre/root-password"],
        ...["t-theatre/mobilizon-database-password", "pg--theatre/superuser-password"],
      ].map((name) => `${name}: 2`);
      town.declare((text) => `${text}secrets: { ${raised.join(", ")} }\n`);
      await town.up();
      await expectAll(false);
      for (const engine of ["mariadb", "postgresql"] as const)
        for (const [user, password] of await passwordsOf(engine))
          expect(await opens(engine, user, password), user).toBe(true);
      await town.comes(moved(town.post), 200);
      await town.shows("theatre", "<h2>Concert d’été</h2>");
    });

    test("are as declared: a second update changes nothing", async () => {
      expect(await town.up()).toEqual({ unchanged: expect.any(Number) });
    });
  });
}
