import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { formLives, invitationLives } from "../../components/tenants/accounts/keys.ts";
import { invitationLimits } from "../../programs/accounts/invitations.ts";
import { RunningAccounts } from "./accounts/running.ts";

const chorale = "/associations/chorale";
const [invite, remove, rights] = [`${chorale}/inviter`, `${chorale}/retirer`, `${chorale}/droits`];
const lea = { givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };

let pages: RunningAccounts;
beforeEach(async () => {
  pages = await new RunningAccounts().open();
  pages.people.add("camille", "agents");
  pages.people.add("noa", "t-chorale-admins", "t-chorale-members");
  pages.people.add("alix", "t-chorale-members");
  pages.people.add("lou", "t-judo-admins");
  pages.people.add("sacha", "t-judo-members");
});
afterEach(async () => {
  expect(pages.failures).toEqual([]);
  await pages.close();
});

const inGroup = (group: string) => pages.people.members(`t-${group}`).sort();
const invited = (typed: Record<string, string> = lea, who = "noa") =>
  pages.fillIn(chorale, invite, typed, who);

describe("one's own account", () => {
  test("is shown to whom the front says, and to nobody else", async () => {
    const { text } = await pages.get("/", "alix");
    expect(text).toContain("<dd>alix@bron.test</dd>");
    expect(text).toContain("Vous êtes membre de Chorale des Gratte-Ciel.");
    expect(text).not.toContain("/associations/");
    expect(text).toContain("https://connexion.bron.test/resetpwd");
    expect((await pages.get("/")).status).toBe(403);
    expect((await pages.get("/", "*")).status).toBe(403);
    expect((await pages.get("/", "nobody-there")).status).toBe(403);
  });

  test("has another name when its owner says so, and the same address", async () => {
    const typed = {
      givenName: "Alix",
      surname: "D’Été",
      name: "Alix d’Été",
      mail: "evil@bron.test",
      uid: "noa",
    };
    expect(await pages.fillIn("/", "/", typed, "alix")).toMatchObject({
      status: 303,
      location: "/?fait=nom",
    });
    expect(await pages.people.person("alix")).toMatchObject({
      ...{ name: "Alix d’Été", surname: "D’Été", mail: "alix@bron.test", uid: "alix" },
    });
    expect(pages.deeds).toEqual([{ actor: "alix", act: "rename", who: "alix" }]);
  });

  test.each(["", "Сamille", "x".repeat(61), "<b>", "a\u202eb", "- -"])("is not called %j", async (name) => {
    const answer = await pages.fillIn("/", "/", { name }, "alix");
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('href="#name"');
  });

  test("of an agent is the commune's to name", async () => {
    expect((await pages.get("/", "camille")).text).not.toContain("<form");
    const token = pages.keys.token("camille", "/", pages.now);
    const typed = { token, givenName: "a", surname: "b", name: "c" };
    expect((await pages.post("/", typed, "camille")).status).toBe(403);
    expect(await pages.people.person("camille")).toMatchObject({ name: "Camille Durand" });
  });
});

describe("the members of an association", () => {
  test("are shown to its administrators alone; others learn of no association", async () => {
    const { status, text } = await pages.get(chorale, "noa");
    expect(status).toBe(200);
    expect(text).toContain("alix@bron.test");
    expect(text).not.toContain("sacha");
    const answers = await Promise.all([
      ...["alix", "lou", "camille"].map((who) => pages.get(chorale, who)),
      pages.get("/associations/there-is-none", "noa"),
      pages.get("/associations/judo", "noa"),
      pages.get("/associations/chorale/../judo", "noa"),
    ]);
    expect(answers.map((each) => each.status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(new Set(answers.map((each) => each.text)).size).toBe(1);
  });

  test("are those of the one that is chosen, where somebody administers several", async () => {
    await pages.people.join({ ...pages.people.add("kim"), uid: "kim" }, "t-judo-admins");
    await pages.people.join({ ...pages.people.add("kim"), uid: "kim" }, "t-chorale-admins");
    expect((await pages.get("/", "kim")).text).toContain("Les associations que vous administrez");
    const { text } = await pages.get("/associations/judo", "kim");
    expect(text).toContain("sacha@bron.test");
    expect(text).toContain(`href="${chorale}"`);
    expect(text).not.toContain("alix@bron.test");
  });

  test("are named administrators, and members again", async () => {
    const named = await pages.fillIn(chorale, rights, { qui: "alix" }, "noa");
    expect(named).toMatchObject({ status: 303, location: `${chorale}?fait=administrateur` });
    expect(inGroup("chorale-admins")).toEqual(["alix", "noa"]);
    await pages.fillIn(chorale, rights, { qui: "noa", droits: "membre" }, "alix");
    expect([inGroup("chorale-admins"), inGroup("chorale-members")]).toEqual([["alix"], ["alix", "noa"]]);
    expect((await pages.get(chorale, "noa")).status).toBe(404);
    expect(pages.deeds.map(({ actor, act, who }) => [actor, act, who])).toEqual([
      ["noa", "promote", "alix"],
      ["alix", "demote", "noa"],
    ]);
  });

  test("keep one administrator, whatever is sent, and at the same time", async () => {
    const token = (who: string, path: string) => pages.keys.token(who, path, pages.now);
    const alone = [
      await pages.post(rights, { token: token("noa", rights), qui: "noa", droits: "membre" }, "noa"),
      await pages.post(remove, { token: token("noa", remove), qui: "noa", compte: "supprime" }, "noa"),
    ];
    expect(alone.map(({ status }) => status)).toEqual([409, 409]);
    await pages.people.join({ ...pages.people.add("kim"), uid: "kim" }, "t-chorale-admins");
    const both = await Promise.all(
      [
        ["noa", "kim"],
        ["kim", "noa"],
      ].map(([by = "", qui = ""]) =>
        pages.post(rights, { token: token(by, rights), qui, droits: "membre" }, by),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([303, 404]);
    expect(inGroup("chorale-admins")).toHaveLength(1);
  });

  test("are removed after it was said what becomes of the account", async () => {
    const said = await pages.get(`${remove}?qui=alix`, "noa");
    expect(said.text).toContain("il est supprimé, avec son mot de passe");
    expect(await pages.people.person("alix")).toBeDefined();
    const done = await pages.fillIn(`${remove}?qui=alix`, remove, {}, "noa");
    expect(done).toMatchObject({ status: 303, location: `${chorale}?fait=retire` });
    expect(await pages.people.person("alix")).toBeUndefined();
    expect(pages.deeds.map(({ act, who }) => [act, who])).toEqual([
      ["remove", "alix"],
      ["delete", "alix"],
    ]);
  });

  test("keep their account where it serves elsewhere, also when that is new", async () => {
    await pages.people.join({ ...pages.people.add("alix"), uid: "alix" }, "t-judo-members");
    expect((await pages.get(`${remove}?qui=alix`, "noa")).text).toContain("Son compte reste");
    await pages.people.join({ ...pages.people.add("kim"), uid: "kim" }, "t-chorale-members");
    const page = await pages.get(`${remove}?qui=kim`, "noa");
    const token = /name="token" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
    await pages.people.join({ ...pages.people.add("kim"), uid: "kim" }, "t-judo-members");
    const again = await pages.post(remove, { token, qui: "kim", compte: "supprime" }, "noa");
    expect(again.text).toContain("Son compte reste");
    expect(inGroup("chorale-members")).toContain("kim");
    await pages.fillIn(`${remove}?qui=alix`, remove, {}, "noa");
    expect(await pages.people.person("alix")).toBeDefined();
    expect(inGroup("chorale-members")).not.toContain("alix");
  });

  test.each([
    ["another association's member", "sacha"],
    ["an agent", "camille"],
    ["nobody", "cn=nobody"],
    ["a filter", "*)(uid=*"],
  ])("are not %s", async (_, qui) => {
    const token = (path: string) => pages.keys.token("noa", path, pages.now);
    const before = JSON.stringify([...pages.people.groups].map(([name, members]) => [name, [...members]]));
    const answers = [
      await pages.post(remove, { token: token(remove), qui, compte: "supprime" }, "noa"),
      await pages.post(rights, { token: token(rights), qui, droits: "administrateur" }, "noa"),
      await pages.get(`${remove}?qui=${encodeURIComponent(qui)}`, "noa"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
    expect(JSON.stringify([...pages.people.groups].map(([name, members]) => [name, [...members]]))).toBe(
      before,
    );
  });
});

describe("a form", () => {
  const sent = (token: string, who = "noa", path = rights) =>
    pages.post(path, { token, qui: "alix", droits: "administrateur" }, who);

  test("is sent by whom it was given to, from that page, within two hours", async () => {
    const good = pages.keys.token("noa", rights, pages.now);
    const other = new RunningAccounts();
    for (const token of [
      "",
      "x.y",
      pages.keys.token("alix", rights, pages.now),
      pages.keys.token("noa", remove, pages.now),
      pages.keys.token("noa", rights, pages.now - formLives - 1),
      pages.keys.token("noa", rights, pages.now + 60_000),
      other.keys.token("noa", rights, pages.now),
      `${good}x`,
    ])
      expect((await sent(token)).status, token).toBe(422);
    expect(inGroup("chorale-admins")).toEqual(["noa"]);
    expect((await sent(good)).status).toBe(303);
  });

  test("of an administrator of another association does nothing here", async () => {
    expect((await sent(pages.keys.token("lou", rights, pages.now), "lou")).status).toBe(404);
    const typed = { token: pages.keys.token("lou", invite, pages.now), ...lea };
    expect((await pages.post(invite, typed, "lou")).status).toBe(404);
    expect([pages.letters, inGroup("chorale-admins")]).toEqual([[], ["noa"]]);
  });

  test("too long is not read, and other methods are refused", async () => {
    expect((await pages.post("/", { name: "x".repeat(20_000) }, "alix")).status).toBe(413);
    const deleted = await fetch(pages.address, { method: "DELETE", headers: { "auth-user": "alix" } });
    expect(deleted.status).toBe(405);
  });
});

describe("an invitation", () => {
  test("makes an account without a password for who has none, once they accept", async () => {
    expect(await invited()).toMatchObject({ status: 303, location: `${chorale}?fait=invite` });
    expect(pages.letters).toMatchObject([
      { to: "lea@exemple.test", subject: "Chorale des Gratte-Ciel vous invite" },
    ]);
    // Whoever invites chooses these names and the address, and the town signs the letter.
    expect(pages.letters[0]?.text).toContain("Quelqu’un qui administre « Chorale des Gratte-Ciel »");
    expect(JSON.stringify(pages.letters)).not.toMatch(/Noa|Durand|Léa|Nuñez/);
    expect((await pages.get(chorale, "noa")).text).not.toContain("lea@exemple.test");
    expect((await pages.get(pages.link)).text).toContain("Noa Durand vous invite");
    expect(await pages.people.owner("lea@exemple.test")).toBeUndefined();
    const welcome = await pages.accept();
    expect(welcome.text).toContain("<b>lea.nunez</b>");
    expect(await pages.people.person("lea.nunez")).toMatchObject({ name: "Léa Nuñez", mail: lea.mail });
    expect(inGroup("chorale-members")).toContain("lea.nunez");
    expect(pages.letters.at(-1)?.text).toContain("https://connexion.bron.test/resetpwd");
    expect(JSON.stringify(pages.deeds)).not.toContain("@");
  });

  test("says the same of somebody who has an account, to who invites and in the letter", async () => {
    const of = async (mail: string) => {
      const answer = await invited({ ...lea, mail });
      const list = await pages.get(chorale, "noa");
      const letter = {
        ...pages.letters.at(-1),
        to: "",
        text: pages.letters.at(-1)?.text.replace(/d=\S+/, ""),
      };
      return { answer, letter, list: list.text.replace(/name="token" value="[^"]*"/g, "") };
    };
    expect(await of("sacha@bron.test")).toEqual(await of("lea@exemple.test"));
  });

  test("adds somebody who has an account when they accept, and makes no other", async () => {
    await invited({ ...lea, mail: "SACHA@bron.test" });
    expect(inGroup("chorale-members")).not.toContain("sacha");
    const count = pages.people.entries.size;
    expect((await pages.accept()).text).toContain("<b>sacha</b>");
    expect(inGroup("chorale-members")).toContain("sacha");
    expect(pages.people.entries.size).toBe(count);
    expect(await pages.people.person("sacha")).toMatchObject({ name: "Sacha Durand" });
  });

  test("serves once, three days long, and whole", async () => {
    await invited();
    const link = pages.link.split("?d=")[1] ?? "";
    const [body = "", mac = ""] = link.split(".");
    const forged = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...forged, association: "judo" })).toString("base64url");
    for (const d of ["", "x.y", body, `${link}x`, `${other}.${mac}`, `${link}.x`])
      expect((await pages.post("/invitation", { d })).status, d).toBe(400);
    expect((await pages.accept()).status).toBe(200);
    expect((await pages.accept()).text).toContain("a déjà servi");
    expect((await pages.get(pages.link.replace(/d=.*/, `d=${link}`))).status).toBe(410);
    await invited({ ...lea, mail: "max@exemple.test" });
    pages.now += invitationLives + 1;
    expect((await pages.accept()).text).toContain("a plus de trois jours");
  });

  test("serves once, also after the program has started again, and in two programs at once", async () => {
    await invited();
    expect((await pages.accept()).status).toBe(200);
    await pages.restart();
    expect((await pages.accept()).text).toContain("a déjà servi");
    expect((await pages.get(pages.link)).status).toBe(410);

    await invited({ ...lea, mail: "max@exemple.test" });
    const again = await pages.beside();
    try {
      const both = await Promise.all([pages.accept(), again.accept(pages.link)]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
    } finally {
      await again.close();
    }
    expect(inGroup("chorale-members").filter((uid) => uid.startsWith("lea"))).toHaveLength(2);
  });

  test("that could not be carried out is as good as before", async () => {
    await invited();
    const broken = vi.spyOn(pages.people, "make").mockRejectedValueOnce(new Error("busy"));
    expect((await pages.accept()).status).toBe(500);
    expect(pages.failures.splice(0)).toHaveLength(1);
    broken.mockRestore();
    expect((await pages.accept()).status).toBe(200);
  });

  test("from before its person was removed is void, also after the program has started again; one from after it counts", async () => {
    await invited({ ...lea, mail: "alix@bron.test" });
    const { link } = pages;
    pages.now += 1;
    await pages.fillIn(`${remove}?qui=alix`, remove, { compte: "supprime" }, "noa");
    await pages.restart();
    expect((await pages.get(link)).text).toContain("ne vaut plus");
    expect((await pages.accept()).status).toBe(410);
    expect(await pages.people.owner("alix@bron.test")).toBeUndefined();

    pages.now += 60_000;
    await invited({ ...lea, mail: "ALIX@bron.test" });
    expect((await pages.accept()).status).toBe(200);
    // They are removed a second time.
    const second = pages.link;
    pages.now += 1;
    await pages.fillIn(`${remove}?qui=lea.nunez`, remove, { compte: "supprime" }, "noa");
    expect((await pages.get(second)).status).toBe(410);
    expect((await pages.get(link)).text).toContain("ne vaut plus");
  });

  test("leaves nothing behind when nobody could open it any more, and no address or link meanwhile", async () => {
    await invited();
    await pages.accept();
    expect(pages.people.links.notes.size).toBe(1);
    expect([...pages.people.links.notes.keys()].join()).toMatch(/^[0-9a-f]{64}$/);
    pages.now += invitationLives + 3_600_000;
    await invited({ ...lea, mail: "max@exemple.test" });
    await pages.accept();
    expect(pages.people.links.notes.size).toBe(1);
  });

  test("counts no more when who wrote it administers no more, or has removed them since", async () => {
    await invited();
    await pages.people.leave({ ...pages.people.add("noa"), uid: "noa" }, "t-chorale-admins");
    expect((await pages.accept()).status).toBe(410);
    await pages.people.join({ ...pages.people.add("noa"), uid: "noa" }, "t-chorale-admins");
    await invited({ ...lea, mail: "alix@bron.test" });
    const { link } = pages;
    await pages.fillIn(`${remove}?qui=alix`, remove, {}, "noa");
    expect((await pages.get(link)).status).toBe(410);
    expect(await pages.people.owner("alix@bron.test")).toBeUndefined();
  });

  test.each<Record<string, string>>([
    { mail: "lea" },
    { mail: "a@b.test\nBcc: c@d.test" },
    { givenName: "Лёа" },
    { surname: "" },
  ])("with %j does not go out", async (wrong) => {
    const answer = await invited({ ...lea, ...wrong });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("est à revoir");
    expect(pages.letters).toEqual([]);
  });

  test("of the commune's makes an administrator, of whom there may be none yet", async () => {
    await pages.people.leave({ ...pages.people.add("noa"), uid: "noa" }, "t-chorale-admins");
    await pages.commission({ association: "chorale", ...lea });
    expect(pages.letters[0]?.text).toContain("La ville de Bron vous invite à administrer");
    expect(JSON.stringify(pages.letters)).not.toMatch(/Léa|Nuñez/);
    expect((await pages.get(pages.link)).text).toContain("<h1>Administrer Chorale des Gratte-Ciel</h1>");
    await pages.accept();
    expect([inGroup("chorale-admins"), inGroup("chorale-members")[1]]).toEqual([["lea.nunez"], "lea.nunez"]);
    expect((await pages.get(chorale, "lea.nunez")).status).toBe(200);
    for (const wrong of [{ association: "agents" }, { mail: "lea" }, { surname: "" }])
      await expect(pages.commission({ association: "chorale", ...lea, ...wrong })).rejects.toThrow(
        "cannot be",
      );
    pages.relayAnswers = false;
    await expect(pages.commission({ association: "chorale", ...lea })).rejects.toThrow(
      /^a message did not go out: unknown$/,
    );
  });

  test("goes out so often a day", async () => {
    for (let count = 0; count < invitationLimits.address; count++) expect((await invited()).status).toBe(303);
    expect((await invited()).status).toBe(429);
    for (let count = invitationLimits.address + 1; count < invitationLimits.association; count++)
      await invited({ ...lea, mail: `lea${count}@exemple.test` });
    const { status, text } = await invited({ ...lea, mail: "autre@exemple.test" });
    expect([status, text.includes("Continuez demain")]).toEqual([429, true]);
    pages.now += 24 * 3_600_000 + 1;
    expect((await invited()).status).toBe(303);
  });

  test("that the relay does not take is told, without whom it was for", async () => {
    pages.relayAnswers = false;
    const { status, text } = await invited();
    expect([status, text.includes("rien n’est parti")]).toEqual([503, true]);
    expect(pages.failures.splice(0).map(String)).toEqual(["Error: a message did not go out: unknown"]);
  });
});
