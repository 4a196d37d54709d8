import { beforeAll, describe, expect, test } from "vitest";
import { goodObjects } from "../../../components/tenants/admission/attempts.ts";
import { attempts, statements } from "../../../components/tenants/isolation/attempts.ts";
import { attemptsWithin } from "../../../scripts/package/attempts.ts";
import type { Attempt } from "../../../scripts/package/bench.ts";
import { contentsOf } from "../../../scripts/package/contents.ts";
import { clubName } from "../letters/town.ts";
import type { Changes } from "../project.ts";
import type { AssociationsTown } from "./town.ts";
import { databaseOf } from "./wordpress.ts";

/** From judo's pod, with its own user, what is tried on the database server; another's database is there. */
async function databasesTried(town: AssociationsTown): Promise<Attempt[]> {
  const [own, others] = [await databaseOf(town, "judo"), await databaseOf(town, "tarot")];
  const script = `
    mysqli_report(MYSQLI_REPORT_OFF);
    $password = file_get_contents('/run/secrets/database/password');
    $server = mysqli_connect('mariadb.${town.commune}-mariadb.svc', '${own}', $password, '${own}');
    $names = array_column($server->query('SHOW DATABASES')->fetch_all(), 0);
    $entered = $server->select_db('${others}') || mysqli_connect('mariadb.${town.commune}-mariadb.svc', '${others}', $password) !== false;
    $users = $server->query('SELECT 1 FROM mysql.user') !== false;
    echo json_encode([$names, $entered, $users]);`;
  const words = ["exec", "-n", `${town.commune}-t-judo`, "deployment/t-judo-wordpress", "-c", "wordpress"];
  const { said } = await town.kubectl([...words, "--", "php", "-r", script]);
  const [names, enters, reads] = JSON.parse(said) as [string[], boolean, boolean];
  expect(names).toContain(own);
  const went = { sees: names.includes(others), enters, "reads users": reads };
  return statements.map(({ attempt, tries, by }) => ({ attempt, refusedBy: went[tries] ? undefined : by }));
}

/** Tests of what an association has, who else comes and goes, and what it may not do. */
export function tenants(town: AssociationsTown) {
  const { commune, associations, place, open } = town;
  const namespace = `${commune}-t-chorale`;
  /** Attempts of judo's user of the database server. */
  let ofDatabases: Attempt[] = [];
  /** Changes by the update with which another association came. */
  let came: Changes = {};

  /** Returns what the API server says of an object that would be made in the association's namespace. */
  const tried = async (object: object) => {
    const words = ["create", "--dry-run=server", "-n", namespace, "-f", "-"];
    const { exitCode, all } = await town.kubectl(words, JSON.stringify(object));
    return exitCode === 0 ? "made" : all;
  };

  /** The pods of an association's applications, which a change of theirs would replace. */
  const podsOf = async (id: string) => {
    const uids = `--output=jsonpath={.items[?(@.metadata.ownerReferences[0].kind=="ReplicaSet")].metadata.uid}`;
    const { said } = await town.kubectl(["get", "pods", "-n", `${commune}-t-${id}`, uids]);
    expect(said).not.toBe("");
    return said.split(" ").sort();
  };

  /** A site for members: neither its pages nor its pictures are a stranger's. */
  async function closedSite(tarot: string) {
    const home = async () => (await town.asked(`${tarot}/`)).headers.get("location");
    await expect
      .poll(home, { timeout: 60_000, interval: 1000 })
      .toMatch(/^https:\/\/tarot[^/]+\/wp-login\.php\?/);
    expect((await town.asked(`${tarot}/wp-json/wp/v2/posts`)).status).toBe(401);
    expect((await town.asked(`${tarot}/wp-content/uploads/2026/11/a.png`)).status).toBe(403);
  }

  function alone(): void {
    describe("an association", () => {
      const wiki = `https://wiki.chorale.${associations}`;

      test("has a site that everybody reads, with its name", async () => {
        const status = async (url: string) => (await town.asked(url)).status;
        // The ingress controller may hear of a pod a moment after `up` does.
        for (const [url, is] of [
          [`https://chorale.${associations}/`, 200],
          [`https://judo.${associations}/nothing`, 404],
        ] as const)
          await expect.poll(() => status(url), { timeout: 60_000, interval: 1000 }).toBe(is);
        const answer = await town.asked(`https://chorale.${associations}/`);
        expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
        expect(await answer.text()).toContain(`<h1>${clubName("chorale")}</h1>`);
      });

      test("has a wiki that strangers cannot read, and whose first account logs in and administers", async () => {
        // The ingress controller may hear of a pod a moment after `up` does.
        const health = async () => (await town.asked(`${wiki}/health.php`)).text();
        await expect.poll(health, { timeout: 60_000, interval: 1000 }).toBe("ok");
        // DokuWiki says no in a page that is answered with 200.
        const stranger = await (await town.asked(`${wiki}/wiki:syntax`)).text();
        expect(stranger).toContain('"ACT":"denied"');
        for (const path of [
          "conf/users.auth.php",
          "data/pages/wiki/syntax.txt",
          "inc/init.php",
          "install.php",
        ])
          expect((await town.asked(`${wiki}/${path}`)).status, path).toBe(404);

        const { user, password } = await town.account("chorale", "dokuwiki");
        const login = (u: string, p: string) =>
          town.asked(`${wiki}/start`, {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: new URLSearchParams({ do: "login", u, p }).toString(),
          });
        expect((await login(user, "wrong")).status).not.toBe(302);
        const welcome = await login(user, password);
        const cookies = welcome.headers.getSetCookie();
        expect(cookies.join("\n")).toMatch(/; secure/i);
        const cookie = cookies.map((each) => each.split(";")[0]).join("; ");
        const page = await (
          await town.asked(`${wiki}/start?do=admin&page=usermanager`, { headers: { cookie } })
        ).text();
        expect(page).toContain(clubName("chorale"));
        expect(page).toContain("bureau@chorale.test");
      });
    });
  }

  function joined(): void {
    describe("when another association comes", () => {
      test("nothing changes of what those have that are there", async () => {
        const pods = await podsOf("chorale");
        town.write("tarot", { applications: "{ wordpress: { access: members } }" });
        came = await town.up();
        // The directory's groups with the job that makes them, and the shares of rows: the servers' own pods stay.
        expect(came).toEqual({
          ...{ created: expect.any(Number), updated: 2, replaced: 1, unchanged: expect.any(Number) },
        });
        expect(came.created).toBeGreaterThan(10);
        expect(await podsOf("chorale")).toEqual(pods);
      });

      test("it has a site for its members", async () => {
        await closedSite(`https://tarot.${associations}`);
        // While another's database is there.
        ofDatabases = await databasesTried(town);
      });
    });

    describe("from within an association is refused", () => {
      const theirs = `${commune}-t-judo`;
      let seen: ReadonlyMap<string, string | undefined>;
      let before: string;

      beforeAll(async () => {
        before = await contentsOf(place, theirs);
        const tried = await attemptsWithin({
          ...{
            place,
            namespace,
            domain: associations,
            release: "t-chorale-dokuwiki",
            containers: ["dokuwiki", "front"],
          },
          ...{ host: `chorale.${associations}`, firstPassword: "/run/secrets/admin/password", open },
          other: {
            ...{ namespace: theirs, release: "t-judo-wordpress", host: `judo.${associations}` },
            database: `mariadb.${commune}-mariadb.svc.cluster.local`,
          },
        });
        seen = new Map([...tried, ...ofDatabases].map(({ attempt, refusedBy }) => [attempt, refusedBy]));
      });

      describe.each(attempts)("what somebody $from", ({ rows }) => {
        test.each(rows)("$attempt: by $by", ({ attempt, by }) => expect(seen.get(attempt)).toBe(by));
      });

      test("and nothing else went through", () => {
        expect(new Set(seen.keys())).toEqual(
          new Set(attempts.flatMap(({ rows }) => rows.map(({ attempt }) => attempt))),
        );
      });

      test("with another association as it was, and answering", async () => {
        expect(await contentsOf(place, theirs)).toBe(before);
        expect((await town.asked(`https://judo.${associations}/`)).status).toBe(200);
      });

      test("while what an association may have is made", async () => {
        for (const object of goodObjects) {
          const hosted = JSON.parse(JSON.stringify(object).replaceAll("assos-bron.test", associations));
          expect(await tried(hosted)).toBe("made");
        }
      });
    });
  }

  /** @param close changes three objects in the same update, of lists. */
  function left(close: () => void): void {
    test("an association that goes takes all of its along, and nothing of anybody else's", async () => {
      const pods = await podsOf("chorale");
      town.remove("tarot");
      close();
      const { created, updated = 0, replaced, unchanged = 0 } = came;
      expect(await town.up()).toEqual({
        ...{ deleted: created, updated: updated + 3, replaced, unchanged: unchanged - 3 },
      });
      expect(await podsOf("chorale")).toEqual(pods);
    });
  }

  return { alone, joined, left };
}
