import { describe, expect, test } from "vitest";
import type { HostedAccount } from "../../../components/services/facts.ts";
import { associationsScript, forgetsAccount } from "../../../components/services/mastodon/associations.ts";
import type { Town } from "./town.ts";

/** The account of an association on Mastodon, as the Job of accounts makes, closes and opens it, and as it goes. */
export function account({ server }: Town): void {
  describe("an association's account", () => {
    const chorale: HostedAccount = {
      ...{
        service: "mastodon",
        tenant: "chorale-gratte-ciel",
        user: "chorale",
        contact: "bureau@chorale.test",
      },
      ...{ name: "Chorale mixte et populaire des Gratte-Ciel", isOpen: true },
    };
    /** Does what the Job does about accounts. Returns how it ends. */
    const bootstrap = (account: Partial<HostedAccount> = {}) =>
      server
        .rails(
          `require 'json'; name = 'mairie'; declared = JSON.parse($stdin.read)\n${associationsScript()}\nputs 'all done'`,
          JSON.stringify({ associations: [{ ...chorale, ...account }] }),
        )
        .catch(String);
    const seen = () =>
      server.sql(
        `SELECT a.display_name, u.email, u.disabled, u.approved AND u.confirmed_at IS NOT NULL, u.locale, u.role_id IS NULL,
          u.encrypted_password <> '', u.reset_password_sent_at IS NOT NULL FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.username = 'chorale'`,
      );

    test("is made once, in French and with a letter for its password, and is closed and opened with the association", async () => {
      const open = "Chorale mixte et populaire des|bureau@chorale.test|f|t|fr|t|t|t";
      expect(await bootstrap()).toContain("all done");
      expect(await seen()).toBe(open);
      await server.sql("UPDATE accounts SET display_name = 'La Chorale' WHERE username = 'chorale'");
      const own = open.replace(/^[^|]*/, "La Chorale");
      for (const [isOpen, disabled] of [
        [true, "f"],
        [false, "t"],
        [false, "t"],
        [true, "f"],
      ] as const) {
        expect(await bootstrap({ isOpen })).toContain("all done");
        expect(await seen()).toBe(own.replace("|f|t|fr", `|${disabled}|t|fr`));
      }
      // Whom a moderator closed stays so.
      const moderated = (disabled: boolean) =>
        server.sql(`UPDATE users SET disabled = ${disabled} WHERE email = 'bureau@chorale.test'`);
      await moderated(true);
      expect(await bootstrap()).toContain("all done");
      expect(await seen()).toContain("|t|t|fr|");
      await moderated(false);
    });

    test("is never somebody else's of that name, nor of that mailbox", async () => {
      expect(await bootstrap({ tenant: "judo", isOpen: false })).toContain("@chorale is somebody else's");
      expect(await bootstrap({ user: "mairie" })).toContain("@mairie is somebody else's");
      expect(await bootstrap({ user: "judo" })).toMatch(/@judo: .*Email has already been taken/);
      expect(await server.sql("SELECT count(*) FROM accounts WHERE username = 'judo'")).toBe("0");
      expect(await seen()).toContain("|f|t|fr|");
    });

    test("goes with the association alone, and nobody gets its name", async () => {
      const { deployment = "", container, command } = forgetsAccount;
      const pod = [`--namespace=${server.namespace}`, `deployment/${deployment}`, `--container=${container}`];
      const forget = (tenant: string) => server.kubectl(["exec", ...pod, "--", ...command(tenant, "")]);
      await forget("judo");
      expect(await seen()).not.toBe("");
      for (let time = 0; time < 2; time++) await forget(chorale.tenant);
      expect(await seen()).toBe("");
      expect(await bootstrap()).toContain("@chorale was deleted, and its name stays taken");
    });
  });
}
