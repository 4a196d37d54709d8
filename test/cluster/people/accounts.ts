import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { ordinaryTools } from "../../../scripts/tenant/request-tools.ts";
import { tenantCommand } from "../../../scripts/tenant.ts";
import { mailOf } from "../letters/directory.ts";
import { clubName } from "../letters/town.ts";
import { send, wellSaid } from "./forms.ts";
import { passwordOf } from "./people.ts";
import type { PeopleTown } from "./town.ts";
import { said } from "./visitor.ts";

const lea = { givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };
const chosen = "a-horse-of-ones-own";

/** An association's board looks after its members, in browsers without JavaScript, with the real directory, login and front. */
export function accounts(town: PeopleTown): void {
  const { commune, portal, project, accounts } = town;
  const own = `${accounts}/`;
  const chorale = `${accounts}/associations/chorale`;

  test("nobody sees a page of accounts without the login, whatever they say of themselves", async () => {
    for (const path of ["/", "/associations/chorale", "/associations/chorale/inviter"]) {
      const forged = { headers: { "auth-user": "noa", cookie: "__Host-connexion=c:forged" } };
      const { status, location, text } = await town.browser().get(`${accounts}${path}`, forged);
      expect([status, text.includes("Dûrand")]).toEqual([302, false]);
      expect(location).toMatch(new RegExp(`^${portal}/\\?url=`));
    }
  });

  test("the commune makes the first administrator of an association by a command, who accepts by a letter", async () => {
    const stacks = join(project.folder, "stacks");
    const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
    for (const [name, value] of Object.entries(project.environment)) vi.stubEnv(name, value);
    try {
      const command = tenantCommand(stacks, ordinaryTools(stacks, project.folder)).exitOverride();
      const words = [
        "invite",
        commune,
        "danse",
        "kim@exemple.test",
        "--given-name",
        "Kim",
        "--surname",
        "Ly",
      ];
      await command.parseAsync(words, { from: "user" });
      expect(printed.mock.calls.join()).toContain("A letter is on its way.");
    } finally {
      vi.unstubAllEnvs();
      printed.mockRestore();
    }
    const letter = await town.letterTo("kim@exemple.test");
    expect(letter).toContain(`La ville de ${town.name} vous invite à administrer « ${clubName("danse")} »`);
    const guest = town.browser();
    const link = /https:\S+\/invitation\?d=\S+/.exec(letter)?.[0] ?? "";
    const welcome = await send(guest, await guest.get(link), `${accounts}/invitation`);
    expect(welcome.text).toContain("<b>kim.ly</b>");
    expect(await town.directory.members("t-danse-admins")).toEqual(["kim.ly"]);
  });

  describe("an administrator of an association", () => {
    test("invites somebody, who accepts, chooses a password by the letter, and sees their own account alone", async () => {
      const { visitor: noa, page } = await town.loggedIn("noa", chorale);
      expect(page.text).toContain(`<h1>Les membres de ${clubName("chorale")}</h1>`);
      const asked = await send(noa, page, `${chorale}/inviter`, lea);
      expect(wellSaid(asked)).toContain("Un courriel part à cette adresse");
      expect(asked.text).not.toContain(lea.mail);

      const invitation = await town.letterTo(lea.mail);
      expect(invitation).toContain(`Quelqu’un qui administre « ${clubName("chorale")} »`);
      expect(invitation).not.toContain("Dûrand");
      const link = /https:\S+\/invitation\?d=\S+/.exec(invitation)?.[0] ?? "";
      const guest = town.browser();
      const welcome = await send(guest, await guest.get(link), `${accounts}/invitation`);
      expect(welcome.text).toContain("<b>lea.nunez</b>");
      expect(await town.directory.members("t-chorale-members")).toEqual(["alix", "lea.nunez", "noa"]);
      expect((await guest.get(link)).status).toBe(410);

      const reset = `${portal}/resetpwd`;
      expect(await town.letterTo(lea.mail)).toContain(reset);
      const wants = await guest.fillIn(await guest.get(reset), reset, { mail: lea.mail });
      expect(said(wants), wants.text).toContain("un courriel y part");
      // The login's letters are as they were written, and an equals sign in them is one.
      const byLetter = async () =>
        /https:\S+mail_token=\S+/.exec((await town.newestTo(lea.mail))?.raw ?? "")?.[0] ?? "";
      await expect.poll(byLetter, { timeout: 60_000, interval: 500 }).not.toBe("");
      const both = { newpassword: chosen, confirmpassword: chosen };
      const done = await guest.fillIn(await guest.get(await byLetter()), reset, both);
      expect(said(done)).toBe("Votre mot de passe est changé.");

      const { visitor, page: mine } = await town.loggedIn("lea.nunez", own, chosen);
      expect(mine.text).toContain("<h1>Mon compte</h1>");
      expect(mine.text).toContain(`Vous êtes membre de ${clubName("chorale")}.`);
      for (const address of [chorale, `${accounts}/associations/judo`, `${chorale}/retirer?qui=noa`])
        expect((await visitor.get(address)).status).toBe(404);
      const named = { givenName: "Léa", surname: "Nuñez", name: "Léa N." };
      expect(wellSaid(await send(visitor, mine, own, named))).toContain("Votre nom est changé");
      // What the login opens is theirs too.
      const site = await visitor.follow(`${town.site("chorale")}/`);
      expect(site.text).toContain(`<h1>${clubName("chorale")}</h1>`);
    });

    test("learns of nobody's account, who joins when they agree", async () => {
      const { visitor: noa, page } = await town.loggedIn("noa", chorale);
      const asked = async (mail: string) => {
        const answer = await send(noa, page, `${chorale}/inviter`, { ...lea, mail });
        return answer.text.replace(/name="token" value="[^"]*"/g, "");
      };
      expect(await asked(mailOf("sacha"))).toBe(await asked("nobody@exemple.test"));
      expect(await town.directory.members("t-chorale-members")).toEqual(["alix", "lea.nunez", "noa"]);
      const link = /https:\S+\/invitation\?d=\S+/.exec(await town.letterTo(mailOf("sacha")))?.[0] ?? "";
      const guest = town.browser();
      await send(guest, await guest.get(link), `${accounts}/invitation`);
      expect(await town.directory.members("t-chorale-members")).toEqual([
        "alix",
        "lea.nunez",
        "noa",
        "sacha",
      ]);
      expect((await town.loggedIn("sacha", own)).page.text).toContain(
        `Vous êtes membre de ${clubName("judo")}.`,
      );
    });

    test("names another, who removes them; the last one stays", async () => {
      const { visitor: noa, page } = await town.loggedIn("noa", chorale);
      const named = await send(noa, page, `${chorale}/droits`, { qui: "lea.nunez" });
      expect(wellSaid(named)).toContain("administre maintenant");
      // The login need not be told: what the directory says counts.
      const { visitor, page: list } = await town.loggedIn("lea.nunez", chorale, chosen);
      const taken = await send(visitor, list, `${chorale}/droits`, { qui: "noa" });
      expect(wellSaid(taken)).toContain("n’administre plus");
      expect((await noa.get(chorale)).status).toBe(404);
      const left = await visitor.get(chorale);
      expect(left.text).toContain("Seule personne à administrer");
      const [, token = ""] = /name="token" value="([^"]*)"/.exec(left.text.split(`/droits"`)[1] ?? "") ?? [];
      const alone = await visitor.fillIn({ text: "" }, `${chorale}/droits`, {
        ...{ token, qui: "lea.nunez", droits: "membre" },
      });
      expect(alone.status).toBe(409);

      const asked = await visitor.get(`${chorale}/retirer?qui=noa`);
      expect(asked.text).toContain("il est supprimé, avec son mot de passe");
      expect(wellSaid(await send(visitor, asked, `${chorale}/retirer`))).toBe(
        "Cette personne n’est plus membre.",
      );
      expect(await town.directory.members("t-chorale-members")).toEqual(["alix", "lea.nunez", "sacha"]);
      expect((await town.browser().logIn("noa", passwordOf("noa"))).text).toContain("ne vont pas ensemble");
      const kept = await visitor.get(`${chorale}/retirer?qui=sacha`);
      expect(kept.text).toContain("Son compte reste");
      await send(visitor, kept, `${chorale}/retirer`);
      expect((await town.loggedIn("sacha", own)).page.text).not.toContain(clubName("chorale"));
    });

    test("touches no group but their own, and no agent, whatever they send", async () => {
      const { visitor: lou, page } = await town.loggedIn("lou", `${accounts}/associations/judo`);
      const [, token = ""] = /name="token" value="([^"]*)"/.exec(page.text.split(`/droits"`)[1] ?? "") ?? [];
      expect(token).not.toBe("");
      const groups = ["agents", "t-chorale-admins", "t-chorale-members"];
      const before = await Promise.all(groups.map((group) => town.directory.members(group)));
      const judo = `${accounts}/associations/judo`;
      for (const [address, qui, status] of [
        [`${chorale}/droits`, "lou", 404],
        [`${accounts}/associations/agents/droits`, "lou", 404],
        [`${judo}/droits`, "camille", 409],
        [`${judo}/droits`, "lea.nunez", 409],
      ] as const) {
        const typed = { token, qui, droits: "administrateur" };
        expect((await lou.fillIn({ text: "" }, address, typed)).status, address).toBe(status);
      }
      const stolen = await lou.fillIn({ text: "" }, `${judo}/droits`, { token: "x.y", qui: "sacha" });
      expect(stolen.status).toBe(422);
      const after = await Promise.all(groups.map((group) => town.directory.members(group)));
      expect(after).toEqual(before);
      const camille = await town.loggedIn("camille", own);
      expect(camille.page.text).toContain("Vous travaillez pour la commune.");
      expect(camille.page.text).not.toContain("<form");
    });
  });
}
