import { describe, expect, test } from "vitest";
import { send, wellSaid } from "./forms.ts";
import { passwordOf } from "./people.ts";
import { Telephone } from "./telephone.ts";
import type { PeopleTown } from "./town.ts";

const agendaOf = (town: PeopleTown, id: string) => town.site(id, "agenda.");

const phoneOf = (town: PeopleTown, id: string, user: string, password: string) =>
  new Telephone(agendaOf(town, id), { user, password }, town.dispatcher);

/** Telephones, each with a password of its own, at the agendas of associations; and what the pages of accounts keep to themselves. */
export function telephones(town: PeopleTown): void {
  const { commune, accounts } = town;
  const phone = (id: string, user: string, secret: string) => phoneOf(town, id, user, secret);

  describe("a telephone", () => {
    /** By who has it. */
    const secrets: Record<string, string> = {};

    /** Adds one on the page of who has logged in. */
    async function added(who: string) {
      const { visitor, page } = await town.loggedIn(who, `${accounts}/appareils`);
      const made = await send(visitor, page, `${accounts}/appareils/ajouter`, { nom: `Téléphone de ${who}` });
      const secret = /id="mot-de-passe">([a-z-]*)</.exec(made.text)?.[1] ?? expect.fail(made.text);
      secrets[who] = secret;
      return { visitor, made };
    }

    /** Returns what a program answers in the pod of an association's agenda, which whoever runs the agenda may write. */
    async function inAgenda(id: string, python: string): Promise<string> {
      const pod = ["exec", "-n", `${commune}-t-${id}`, `deployment/t-${id}-radicale`, "-c", "radicale", "--"];
      return (await town.kubectl([...pod, "/app/bin/python", "-c", python])).all;
    }

    test("of an administrator writes in the agenda of their association, that of a member reads it", async () => {
      expect((await added("lou")).made.text).toContain(`${agendaOf(town, "judo")}/`);
      await added("sacha");
      const [board, member] = ["lou", "sacha"].map((who) => phone("judo", who, secrets[who] ?? ""));
      // The agenda may have started before the pages of accounts did.
      await expect.poll(() => board?.principal(), { timeout: 60_000, interval: 1000 }).toBe("/bureau/");
      expect(await board?.write("/bureau/agenda", "tournoi")).toBe(201);
      expect(await member?.principal()).toBe("/membres/");
      expect((await member?.propfind("/membres/", "1"))?.text).toMatch(/\/membres\/agenda\//);
      expect(await member?.read("/membres/agenda", "tournoi")).toEqual([200, true]);
      expect(await member?.write("/membres/agenda", "autre")).toBe(403);
      expect(await member?.write("/bureau/agenda", "autre")).toBe(403);
      expect(await phone("judo", "lou", `${secrets.lou}x`).principal()).toBe(401);
      expect(await phone("judo", "sacha", secrets.lou ?? "").principal()).toBe(401);
      // Nor is the password of the login one, which would open everything.
      expect(await phone("judo", "lou", passwordOf("lou")).principal()).toBe(401);
    });

    test("of one association is nothing to a neighbour, whatever its pod asks", async () => {
      expect(await phone("chorale", "lou", secrets.lou ?? "").principal()).toBe(401);
      const ask = (key: string, login: string, secret: string) => `
from urllib import error, parse, request
key = ${key}
form = parse.urlencode({"login": "${login}", "password": "${secret}", "association": "judo"}).encode()
try:
    print(request.urlopen(request.Request("http://accounts-devices.${commune}-accounts.svc:8082/check", form, {"Authorization": "Bearer " + key, "Auth-User": "lou"}), timeout=5).read().decode().strip())
except error.HTTPError as answer:
    print(answer.code)`;
      const own = 'open("/run/secrets/devices/key").read().strip()';
      // A right password of somebody at another, a name that is there and one that is not: the same.
      for (const [login, secret] of [
        ["lou", secrets.lou ?? ""],
        ["lea.nunez", "x"],
        ["nobody-there", "x"],
      ] as const)
        expect(await inAgenda("chorale", ask(own, login, secret)), login).toBe("nobody");
      expect(await inAgenda("judo", ask(own, "lou", secrets.lou ?? ""))).toBe("admins");
      expect(await inAgenda("chorale", ask('"x"', "lou", secrets.lou ?? ""))).toBe("403");
    });

    test("reaches nothing of the pages but the port for agendas, and where nobody has an agenda, nobody does", async () => {
      const agenda = {
        namespace: `${commune}-t-chorale`,
        workload: "deployment/t-chorale-radicale",
        container: "radicale",
      };
      const radicale = { ...agenda, program: "python" as const };
      const [pages, directory] = await Promise.all([
        town.podAddress(`${commune}-accounts`),
        town.serviceAddress(`${commune}-directory`, "directory"),
      ]);
      const closed = [
        ...[8080, 8081, 8083].map((to) => ({ from: radicale, to: [pages, to] as const })),
        { from: radicale, to: [directory, 1389] as const },
        { from: town.siteOf("danse"), to: [pages, 8082] as const },
      ];
      const login = await town.serviceAddress(`${commune}-login`, "login-check");
      const controls = [
        { from: radicale, to: [pages, 8082] as const },
        { from: town.siteOf("danse"), to: [login, 8081] as const },
        ...[8081, 8082, 8083].map((to) => ({ from: town.pages, to: ["127.0.0.1", to] as const })),
        ...(
          [
            [pages, 8080],
            [directory, 1389],
          ] as const
        ).map((to) => ({ from: town.pages, to })),
      ];
      expect(await town.passed(closed, controls)).toEqual([]);
    });

    test("is refused once it is withdrawn, and once its owner is out of the group", async () => {
      const [board, member] = ["lou", "sacha"].map((who) => phone("judo", who, secrets[who] ?? ""));
      const { visitor, page } = await town.loggedIn("sacha", `${accounts}/appareils`);
      expect(page.text).toContain("<h3>Téléphone de sacha</h3>");
      const withdrawn = await send(visitor, page, `${accounts}/appareils/retirer`);
      expect(wellSaid(withdrawn)).toContain("Cet appareil est retiré.");
      await town.directory.change(town.directory.membership("delete", "lou", "t-judo-admins"));
      // What was right is right for half a minute more.
      for (const each of [board, member])
        await expect.poll(() => each?.principal(), { timeout: 60_000, interval: 2000 }).toBe(401);
      // The passwords that are shared go on beside.
      const shared = await town.secret(`${commune}-t-judo`, "t-judo-radicale-admin", "password");
      const bureau = phone("judo", "bureau", shared);
      expect(await bureau.read("/bureau/agenda", "tournoi")).toEqual([200, true]);
    });
  });

  test("the log says who did what, and no address", async () => {
    const words = ["logs", "-n", `${commune}-accounts`, "deployment/accounts", "-c", "accounts"];
    const { said } = await town.kubectl(words);
    expect(said).toMatch(/ promote by=noa who=lea\.nunez group=t-chorale-admins$/m);
    expect(said).toMatch(/ delete by=lea\.nunez who=noa group=-$/m);
    expect(said).toMatch(/ withdraw-device by=sacha who=sacha group=t-judo-members$/m);
    expect(said).not.toMatch(/@|failed/);
  });

  test("the program is reached from its own pod alone, and reaches no other server", async () => {
    const [pages, directory, api] = await Promise.all([
      town.podAddress(`${commune}-accounts`),
      town.serviceAddress(`${commune}-directory`, "directory"),
      town.serviceAddress("default", "kubernetes"),
    ]);
    const closed = [
      { from: town.pages, to: [api, 443] as const },
      // Its own port is on the loopback alone, also for the pod itself.
      { from: town.pages, to: [pages, 8081] as const },
    ];
    const controls = [
      { from: town.pages, to: [directory, 1389] as const },
      { from: town.pages, to: ["127.0.0.1", 8081] as const },
      {
        from: { namespace: town.letters, workload: "deployment/mailbox", program: "node" as const },
        to: [api, 443] as const,
      },
    ];
    expect(await town.passed(closed, controls)).toEqual([]);
  });
}

/** Tests of a telephone while the pages of accounts are unavailable: last, as nobody has these meanwhile. */
export function telephoneWithoutPages(town: PeopleTown): void {
  test("an agenda that gets no answer from the pages fails, and refuses no telephone, which would forget its password", async () => {
    const scale = (replicas: number) =>
      town.kubectl([
        "scale",
        "-n",
        `${town.commune}-accounts`,
        "deployment/accounts",
        `--replicas=${replicas}`,
      ]);
    const tablet = phoneOf(town, "judo", "alix", "any-word");
    expect(await tablet.principal()).toBe(401);
    await scale(0);
    await expect.poll(() => tablet.principal(), { timeout: 60_000, interval: 1000 }).toBe(500);
    await scale(1);
    await expect.poll(() => tablet.principal(), { timeout: 60_000, interval: 1000 }).toBe(401);
  });
}
