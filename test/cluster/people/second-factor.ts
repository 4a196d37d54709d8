import { describe, expect, test } from "vitest";
import { clubName } from "../letters/town.ts";
import { passwordOf } from "./people.ts";
import type { PeopleTown } from "./town.ts";
import { codeOf, said } from "./visitor.ts";

/** A second factor: alix has one by choice, gabi once the commune asks it of who administers an association. */
export function secondFactor(town: PeopleTown) {
  const { portal } = town;
  const { suffix } = town.directory;
  const [chorale, judo] = [town.site("chorale"), town.site("judo")];
  const browser = () => town.browser();
  /** The key that a page asks somebody to write into their telephone. */
  const keyIn = ({ text }: { text: string }) =>
    /<code>([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? expect.fail("no key");
  const register = `${portal}/2fregisters/totp`;
  const check = `${portal}/totp2fcheck`;
  const logIn = (who: string) => browser().logIn(who, passwordOf(who));
  let key = "";

  function asChosen(): void {
    describe("a second factor", () => {
      test("is had by whoever wants one: each code opens once, and nothing opens before", async () => {
        const alix = browser();
        expect((await alix.logIn("alix", passwordOf("alix"))).location).toBe(`${portal}/`);
        const page = await alix.follow(`${portal}/2fregisters`);
        key = keyIn(page);
        const wrong = await alix.fillIn(page, `${register}/verify`, { code: "000000" });
        expect(said(wrong)).toContain("Ce code n’est pas le bon");
        expect(keyIn(wrong)).toBe(key);
        const done = await alix.fillIn(wrong, `${register}/verify`, { code: codeOf(key) });
        expect(done.text).toContain("C’est fait");

        const again = browser();
        const asked = await again.logIn("alix", passwordOf("alix"), `${chorale}/`);
        expect(asked.text).toContain("<h1>Votre code</h1>");
        expect((await again.follow(`${chorale}/`)).text).toContain("<h1>Se connecter</h1>");
        const code = codeOf(key);
        const entered = await again.fillIn(asked, check, { code });
        expect((await again.follow(entered.location ?? "")).text).toContain(
          `<h1>${clubName("chorale")}</h1>`,
        );
        const thief = browser();
        const used = await thief.fillIn(await thief.logIn("alix", passwordOf("alix")), check, { code });
        expect(said(used)).toContain("a déjà servi");
      });

      test("is in the person's entry, where its key is not to be read", async () => {
        const search = ["ldapsearch", "-Q", "-LLL", "-o", "ldif-wrap=no", "-b", suffix, "(uid=alix)"];
        const { said: entry } = await town.directory.inside([...search, "communeSecondFactor"]);
        expect(entry).toContain('"type":"TOTP"');
        expect(entry.toUpperCase()).not.toContain(key.replaceAll(" ", ""));
      });
    });
  }

  /** Declares that who administers an association has to have one. */
  function require(): void {
    town.declare(town.services("{ approvals: {}, secondFactor: { required: [admins] } }"));
  }

  function asRequired(): void {
    describe("a second factor that is asked for", () => {
      test("is registered before anything else by who has to have one, and those of before are there after the restart", async () => {
        // The ingress controller may hear of a pod a moment after `up` does.
        const first = async () => (await logIn("gabi")).location;
        await expect.poll(first, { timeout: 60_000, interval: 1000 }).toBe(`${portal}/2fregisters`);
        const gabi = browser();
        const { location } = await gabi.logIn("gabi", passwordOf("gabi"), `${judo}/`);
        const asked = await gabi.follow(location ?? "");
        expect(said(asked)).toBe("Votre compte ne s’ouvre qu’avec une double authentification.");
        const page = await gabi.get(register);
        const done = await gabi.fillIn(page, `${register}/verify`, { code: codeOf(keyIn(page)) });
        expect((await gabi.follow(done.location ?? "")).at).toBe(`${judo}/`);
        expect((await logIn("gabi")).text).toContain("<h1>Votre code</h1>");

        const alix = browser();
        const known = await alix.logIn("alix", passwordOf("alix"));
        const entered = await alix.fillIn(known, check, { code: codeOf(key, 1) });
        expect(entered.location).toBe(`${portal}/`);
        const list = await alix.follow(`${portal}/2fregisters`);
        await alix.fillIn(list, `${register}/delete`, {});
        expect((await logIn("alix")).location).toBe(`${portal}/`);
      });

      test("that is lost is taken out by who looks after the directory", async () => {
        const change = `dn: ${town.directory.person("gabi")}\nchangetype: modify\ndelete: communeSecondFactor\n`;
        await town.directory.change(change);
        expect((await logIn("gabi")).location).toBe(`${portal}/2fregisters`);
      });
    });
  }

  return { asChosen, require, asRequired };
}
