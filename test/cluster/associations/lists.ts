import { fetch as undiciFetch } from "undici";
import { beforeAll, describe, expect, test } from "vitest";
import { addressReader } from "../../../components/platform/directory/configuration.ts";
import { mailOf as at, type Reader } from "../letters/directory.ts";
import { type AssociationsTown, choirLists, files } from "./town.ts";

const office = "bureau@chorale.test";
const reader: Reader = { service: "lists", secret: "lists", key: "directory-password", who: addressReader };

/** People of the directory, and the groups that each is in. */
const people = {
  alix: { groups: ["t-chorale-members", "t-chorale-admins"] },
  noa: { groups: ["t-chorale-members"], password: "correct-horse-9" },
  jules: { groups: ["t-judo-members"] },
};

/** Program of a relay: says a message over SMTP, and prints how each recipient and the whole were answered. */
const speaking = `let said = "", step = 0;
let input = "";
process.stdin.on("data", (part) => { input += part; });
process.stdin.on("end", () => {
  const { host, from, to, text } = JSON.parse(input);
  const words = ["EHLO relay.test", "MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA", text.replace(/\\n/g, "\\r\\n").replace(/^\\./gm, "..") + "\\r\\n.", "QUIT"];
  const socket = require("net").connect(25, host);
  socket.setTimeout(20000, () => { console.log("no answer"); process.exit(1); });
  socket.on("data", (part) => {
    said += part;
    const last = said.trimEnd().split("\\n").at(-1);
    if (!said.endsWith("\\n") || !/^\\d{3} /.test(last)) return;
    if (step === 3 || step === 5) console.log(last.trim());
    if (step === 3 && !last.startsWith("2")) step = 5;
    if (step < words.length) socket.write(words[step++] + "\\r\\n");
    said = "";
  });
  socket.on("close", () => process.exit(0));
});`;

const confirmationIn = (letter: string, command: string) =>
  new RegExp(`${command}(?:%20| )([0-9a-f]{16,})`).exec(letter.replaceAll(/=\r?\n/g, ""))?.[1] ??
  expect.fail(letter);

/** Mailing lists as people use them: the real Sympa, and mailboxes in the place of the world's. */
export function lists(town: AssociationsTown) {
  const { commune, domain, letters, mailbox } = town;
  const [chorale, judo] = [`chorale.${town.associations}`, `judo.${town.associations}`];

  async function mailed(
    from: string,
    to: string,
    subject: string,
    body = "Bonjour à tous.\n.fin\n...et merci\n",
  ) {
    const host = `lists-mail.${commune}-lists`;
    const id = `<${subject.replaceAll(/\W+/g, "-")}@gens.test>`;
    const text = `From: Quelqu'un <${from}>\nTo: ${to}\nSubject: ${subject}\nMessage-ID: ${id}\nDate: ${new Date().toUTCString()}\n\n${body}`;
    const pod = ["exec", "-i", "-n", letters, "deployment/mailbox", "--", "node", "-e", speaking];
    const { said, complained } = await town.kubectl(pod, JSON.stringify({ host, from, to, text }));
    return said || complained;
  }

  /** Waits for a letter to somebody with these words in it, and gives its text. */
  async function letterTo(to: string, words: string): Promise<string> {
    const found = async () =>
      (await mailbox.letters()).find((letter) => letter.to.includes(to) && letter.raw.includes(words))?.raw;
    await expect.poll(found, { timeout: 90_000, interval: 1000 }).toBeDefined();
    return (await found()) ?? "";
  }

  /** Everybody who was sent a letter of a list with these words. */
  const receiversOf = async (list: string, words: string) =>
    (await mailbox.letters())
      .filter(({ from, raw }) => from === `${list.replace("@", "-owner@")}` && raw.includes(words))
      .flatMap(({ to }) => to)
      .sort();

  /** Sympa's own word about who is on a list and who owns it. */
  const rows = (sql: string) => town.rows("lists", sql);

  async function restarted(): Promise<void> {
    const of = ["-n", `${commune}-lists`, "deployment/lists"];
    await town.kubectl(["rollout", "restart", ...of]);
    const { exitCode, complained } = await town.kubectl(["rollout", "status", ...of, "--timeout=240s"]);
    if (exitCode !== 0) throw new Error(complained);
  }

  function inUse(): void {
    describe("mailing lists", () => {
      beforeAll(async () => {
        await town.directory.register(people);
        // The directory is asked every ten minutes; a pod that starts asks at once.
        await restarted();
      });

      test("members and owners are those of the directory", async () => {
        const on = () =>
          rows(
            "SELECT list_subscriber || ' ' || robot_subscriber || ' ' || user_subscriber FROM subscriber_table ORDER BY 1",
          );
        await expect
          .poll(on, { timeout: 120_000, interval: 2000 })
          .toBe(
            [
              ...["annonces", "membres"].flatMap((list) =>
                ["alix", "noa"].map((who) => `${list} ${chorale} ${at(who)}`),
              ),
              `membres ${judo} ${at("jules")}`,
            ].join("\n"),
          );
        const owners = await rows(
          "SELECT user_admin FROM admin_table WHERE list_admin = 'bureau' ORDER BY 1",
        );
        expect(owners).toBe([at("alix"), office].join("\n"));
      });

      test("a member's message reaches the members, through the relay, from the list", async () => {
        const answer = await mailed(at("noa"), `membres@${chorale}`, "Concert de samedi");
        expect(answer).toMatch(/^250 .*\n250 Taken$/);
        const letter = await letterTo(at("alix"), "Concert de samedi");
        expect(letter).toContain("Subject: [membres] Concert de samedi");
        expect(letter).toMatch(new RegExp(`^From: .*<membres@${chorale}>`, "m"));
        expect(letter).toContain(`Reply-To: Quelqu'un <${at("noa")}>`);
        // Lines that begin with dots are as they were written.
        expect(letter.replaceAll("\r", "")).toContain("\n.fin\n...et merci\n");
        expect(await receiversOf(`membres@${chorale}`, "Concert de samedi")).toEqual([at("alix"), at("noa")]);
      });

      test("a stranger's message is refused, and so is one of another association's member", async () => {
        for (const who of ["inconnu@ailleurs.test", at("jules")]) {
          await mailed(who, `membres@${chorale}`, `De ${who}`);
          await letterTo(who, "erreur d'autorisation");
          expect(await receiversOf(`membres@${chorale}`, `De ${who}`)).toEqual([]);
        }
      });

      test("nobody writes to a list that is not declared", async () => {
        for (const list of [`autre@${chorale}`, `bureau@${judo}`, "membres@gens.test"])
          expect(await mailed(at("alix"), list, "Rien")).toBe("550 No such list here");
      });

      test("what somebody writes to a moderated list waits for an owner, who says yes by mail", async () => {
        await mailed("inconnu@ailleurs.test", `bureau@${chorale}`, "Une question");
        const asked = await letterTo(office, "inconnu@ailleurs.test");
        expect(await receiversOf(`bureau@${chorale}`, "[bureau] Une question")).toEqual([]);
        // Somebody whom an owner adds, and confirms.
        await mailed(office, `sympa@${chorale}`, "ajouter", "ADD bureau carla@gens.test Carla\n");
        const confirm = await letterTo(office, "ADD bureau carla@gens.test");
        const command = /AUTH [0-9a-f]+ ADD bureau carla@gens\.test[^\n<]*/.exec(
          decodeURIComponent(confirm.replaceAll("=\r\n", "").replaceAll("=\n", "").replaceAll("=20", " ")),
        )?.[0];
        await mailed(office, `sympa@${chorale}`, "confirmer", `${command}\n`);
        await letterTo("carla@gens.test", "Bienvenue");
        await mailed(
          office,
          `sympa@${chorale}`,
          "accepter",
          `DISTRIBUTE bureau ${confirmationIn(asked, "DISTRIBUTE(?:%20| )bureau")}\n`,
        );
        await letterTo("carla@gens.test", "[bureau] Une question");
      });

      test("an announcement goes out when the owner in whose name it is has confirmed it", async () => {
        await mailed(at("alix"), `annonces@${chorale}`, "Assemblée générale");
        const letter = await letterTo(at("alix"), "CONFIRM");
        expect(await receiversOf(`annonces@${chorale}`, "[annonces] Assemblée")).toEqual([]);
        await mailed(at("alix"), `sympa@${chorale}`, "oui", `CONFIRM ${confirmationIn(letter, "CONFIRM")}\n`);
        await expect
          .poll(() => receiversOf(`annonces@${chorale}`, "[annonces]"), { timeout: 90_000, interval: 1000 })
          .toEqual([at("alix"), at("noa")]);
        await mailed(at("noa"), `annonces@${chorale}`, "Pas la mienne");
        await letterTo(at("noa"), "erreur d'autorisation");
      });

      test("an association reaches neither the lists nor the database of lists from its own pods", async () => {
        const [mail, database, mariadb] = await Promise.all([
          town.serviceAddress(`${commune}-lists`, "lists-mail"),
          town.serviceAddress(`${commune}-database`, "database"),
          town.serviceAddress(`${commune}-mariadb`, "mariadb"),
        ]);
        const theirs = {
          namespace: `${commune}-t-judo`,
          workload: "deployment/t-judo-wordpress",
          container: "front",
        };
        const relay = { namespace: letters, workload: "deployment/mailbox", program: "node" as const };
        const lists = { namespace: `${commune}-lists`, workload: "deployment/lists", container: "sympa" };
        const closed = [
          { from: theirs, to: [mail, 25] as const },
          { from: theirs, to: [database, 5432] as const },
        ];
        const controls = [
          { from: relay, to: [mail, 25] as const },
          { from: lists, to: [database, 5432] as const },
          { from: theirs, to: [mariadb, 3306] as const },
        ];
        expect(await town.passed(closed, controls)).toEqual([]);
      });

      test("at the directory they read addresses and groups, and no name, and write nothing", async () => {
        const { directory } = town;
        const asked = (program: string, input: string, ...more: string[]) =>
          directory.asService(reader, program, input, ...more);
        const device = "communeDevice: a chorale 2026-11-29 x Tablette";
        await directory.change(
          [
            `dn: ${directory.person("noa")}`,
            "changetype: modify",
            "add: objectClass",
            "objectClass: communePerson",
            "-",
            "add: communeDevice",
            device,
            "",
          ].join("\n"),
        );
        const below = (ou: string) => ["-LLL", "-b", `ou=${ou},${directory.suffix}`, "*", "+"];
        const everything = (await directory.inside(["ldapsearch", "-Q", ...below("people")])).said;
        for (const line of [device, "givenName: noa", `uid: noa`]) expect(everything).toContain(line);
        const found = `${await asked("ldapsearch", "", ...below("people"))}\n${await asked("ldapsearch", "", ...below("groups"))}`;
        expect(found).toContain(`dn: ${directory.person("noa")}`);
        expect(found).toContain(`mail: ${at("noa")}`);
        expect(found).toContain(`member: ${directory.person("noa")}`);
        expect(found).not.toMatch(
          /^(cn::|givenName:|sn:|uid:|userPassword:|communeSecondFactor:|communeDevice:|createTimestamp:)/m,
        );
        const change = `dn: ${directory.person("noa")}\nchangetype: modify\nreplace: mail\nmail: x@exemple.test\n`;
        expect(await asked("ldapmodify", change)).toContain("Insufficient access");
      });

      test("the log names nobody, and the page says how lists are used", async () => {
        const { said } = await town.kubectl([
          ...["logs", "-n", `${commune}-lists`, "deployment/lists", "--all-containers", "--prefix"],
        ]);
        expect(said).not.toMatch(/@(gens|ailleurs|chorale)\./);
        const page = await undiciFetch(`https://listes.${domain}/`, { dispatcher: town.dispatcher });
        expect(page.status).toBe(200);
        expect(await page.text()).toContain("<h1>Listes de diffusion</h1>");
      });

      test("what waits for an owner is there before a restart", async () => {
        await mailed("inconnu@ailleurs.test", `bureau@${chorale}`, "Avant la coupure");
        await letterTo(office, "Avant la coupure");
      });
    });
  }

  /** Takes a list out of chorale's file. */
  function close(): void {
    town.write("chorale", { ...files.chorale, more: choirLists.replace(/^ {2}annonces.*\n/m, "") });
  }

  function closed(): void {
    describe("mailing lists after an update", () => {
      test("a restart keeps who was added and what waits, and a list that is declared no more is closed", async () => {
        expect(await mailed(at("alix"), `annonces@${chorale}`, "Trop tard")).toBe("550 No such list here");
        const asked = await letterTo(office, "Avant la coupure");
        const key = confirmationIn(asked, "DISTRIBUTE(?:%20| )bureau");
        await mailed(office, `sympa@${chorale}`, "accepter encore", `DISTRIBUTE bureau ${key}\n`);
        await letterTo("carla@gens.test", "[bureau] Avant la coupure");
        await mailed(at("noa"), `membres@${chorale}`, "Après la coupure");
        await letterTo(at("alix"), "Après la coupure");
      });

      test("nothing is left of the lists of an association that is gone, and all is of the others", async () => {
        const inSympa = (...words: string[]) =>
          town.kubectl(["exec", "-n", `${commune}-lists`, "deployment/lists", "-c", "sympa", "--", ...words]);
        const erase = (robot: string) => inSympa("perl", "/opt/lists/erase.pl", robot);
        expect((await erase(chorale)).complained).toContain(`${chorale}: its lists are declared still`);
        const of = (who: string) =>
          rows(`SELECT count(*) FROM subscriber_table WHERE robot_subscriber = '${who}'`);
        expect([Number(await of(chorale)) > 0, Number(await of(judo)) > 0]).toEqual([true, true]);
        const others = await of(judo);
        const table = (await inSympa("perl", "/opt/lists/people.pl", chorale)).said.split(/\r?\n/);
        expect(table[0]).toBe('"liste","adresse","nom","rôle","depuis"');
        const day = '"2\\d{3}-\\d{2}-\\d{2}"';
        for (const [list, who, role] of [
          ["bureau", "carla@gens.test", "abonné"],
          ["membres", at("noa"), "abonné"],
          ["bureau", at("alix"), "propriétaire"],
        ])
          expect(table.join("\n")).toMatch(new RegExp(`^"${list}","${who}","[^"]*","${role}",${day}$`, "m"));
        expect(table.join("\n")).not.toContain("jules");
        town.write("chorale", files.chorale);
        await town.up();
        // Taken out of the file alone, it comes back with whom it had.
        expect(Number(await of(chorale))).toBeGreaterThan(0);
        expect((await erase(chorale)).said).toMatch(/^[1-9]\d* rows, [1-9]\d* files$/);
        expect(await of(chorale)).toBe("0");
        expect(await rows("SELECT count(*) FROM user_table WHERE email_user = 'carla@gens.test'")).toBe("0");
        expect(await of(judo)).toBe(others);
        expect((await inSympa("find", "/var/lib/sympa", "-path", `*${chorale}*`)).said).toBe("");
      });
    });
  }

  return { inUse, close, closed };
}
