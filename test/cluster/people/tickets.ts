import { beforeAll, describe, expect, test, vi } from "vitest";
import { clubName } from "../letters/town.ts";
import { passwordOf } from "./people.ts";
import { files, type PeopleTown } from "./town.ts";
import type { Visitor } from "./visitor.ts";

/** Fills in the form of a page of pretix that has no action of its own, or another one, and goes where that leads. */
async function send(
  visitor: Visitor,
  page: { at: string; text: string },
  to: string,
  filled: Record<string, string>,
) {
  const token =
    /csrfmiddlewaretoken" value="([^"]+)"/.exec(page.text)?.[1] ?? expect.fail(page.text.slice(0, 2000));
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...filled }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", referer: page.at };
  const answer = await visitor.get(to, { method: "POST", headers, body });
  let led = { at: to, ...answer };
  if (answer.location !== null) led = await visitor.follow(answer.location);
  // What takes longer than a visitor waits is looked at again, until it is done.
  for (let tries = 0; led.at.includes("async_id=") && tries < 60; tries++) {
    await new Promise((done) => setTimeout(done, 500));
    led = await visitor.follow(led.at);
  }
  return led;
}

/** An event with places that cost nothing, as an association makes one with pretix's own models; a telephone at the door, and an account of the time before the login. */
const concert = `
from commune_pretix import start
start()
from datetime import timedelta
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from pretix.base.models import Organizer, User
with scopes_disabled():
    organizer = Organizer.objects.get(slug="chorale")
with scope(organizer=organizer):
    event = organizer.events.create(slug="concert", name="Concert de Noël", date_from=now() + timedelta(days=30),
        currency="EUR", live=True, plugins="pretix.plugins.ticketoutputpdf,pretix.plugins.sendmail")
    event.set_defaults()
    item = event.items.create(name="Entrée libre", default_price=0, admission=True, all_sales_channels=True)
    event.quotas.create(name="Salle", size=100).items.add(item)
    organizer.devices.create(name="Porte", all_events=True)
    User.objects.create_user("lou@gens.test", "a-password-of-before")
    print(f"item_{item.pk}")
`;

/** Has the program before each start take a contact from the file: another one, and then one beside the association's own. */
const contacts = `
from prepare import keep
from django_scopes import scopes_disabled
from pretix.base.models import Organizer
def kept(contact):
    keep({"slug": "judo", "name": "Club judo", "contact": contact, "closed": False})
    return Organizer.objects.get(slug="judo").settings.contact_mail
with scopes_disabled():
    followed = kept("nouveau@judo.test")
    Organizer.objects.get(slug="judo").settings.contact_mail = "tresor@judo.test"
    print(followed, kept("ancien@judo.test"))
`;

/** Ticketing as people use it, in browsers without JavaScript: the real pretix, the commune's login, and mailboxes in the place of the world's. */
export function tickets(town: PeopleTown) {
  const { commune, domain, portal } = town;
  const site = `https://billets.${domain}`;
  const inPretix = (...words: string[]) => [
    ...["exec", "-i", "-n", `${commune}-tickets`, "deployment/tickets", "-c", "pretix", "--"],
    ...words,
  ];
  const rows = (sql: string) => town.rows("tickets", sql);
  /** Address to which people answer letters of judo's. */
  const contact = () =>
    rows(
      "SELECT value FROM pretixbase_organizer_settingsstore JOIN pretixbase_organizer o ON o.id = object_id WHERE key = 'contact_mail' AND slug = 'judo'",
    );

  /** Returns its log, for when something does not go as it should. */
  async function saidByPretix() {
    const words = ["logs", "-n", `${commune}-tickets`, "deployment/tickets", "-c", "pretix", "--tail=60"];
    return (await town.kubectl(words)).said;
  }

  /** Somebody who has logged in with the commune's login, as the button of pretix's own page leads there. */
  async function loggedIn(who: string) {
    const visitor = town.browser();
    const { text } = await visitor.follow(`${site}/control/login`);
    const button =
      /href="(https:\/\/connexion[^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ??
      expect.fail(await saidByPretix());
    const { location } = await visitor.logIn(who, passwordOf(who), button);
    const page = await visitor.follow(location ?? "");
    expect(page.at).toBe(`${site}/control/`);
    return { visitor, page };
  }

  function sold(): void {
    describe("ticketing", () => {
      beforeAll(async () => {
        await vi.waitFor(
          async () => expect((await town.browser().get(`${site}/healthcheck/`)).status).toBe(200),
          { timeout: 60_000, interval: 1000 },
        );
      });

      test("an association's contact is who answers are for", async () => {
        expect(await contact()).toBe("bureau@judo.test");
      });

      test("a visitor takes a free ticket without an account, and it arrives by mail", async () => {
        const { said: item, complained } = await town.kubectl(inPretix("python3", "-"), concert);
        expect(item, complained).toMatch(/^item_\d+$/);
        const visitor = town.browser();
        const event = `${site}/chorale/concert/`;
        const shop = await visitor.follow(event);
        expect(shop.text).toContain("Concert de Noël");
        expect(
          (await visitor.get(`${site}/static/${/\/static\/([^"]+\.css)/.exec(shop.text)?.[1]}`)).status,
        ).toBe(200);
        await send(visitor, shop, `${event}cart/add`, { [item]: "1" });
        const asked = await visitor.follow(`${event}checkout/start`);
        expect(asked.at).toContain("/checkout/questions/");
        const confirm = await send(visitor, asked, asked.at, { email: "lea@gens.test" });
        expect(confirm.at).toContain("/checkout/confirm/");
        const done = await send(visitor, confirm, confirm.at, {});
        expect(done.at).toMatch(/\/chorale\/concert\/order\/\w+\/\w+\//);
        expect(done.text).toContain("Merci beaucoup");
        const orderPage = done.at.replace(/\?.*/, "");
        const ticket = async () =>
          (await town.mailbox.letters()).find(({ to }) => to.includes("lea@gens.test"))?.raw ?? "";
        await expect.poll(ticket, { timeout: 60_000, interval: 1000 }).toContain("application/pdf");
        expect((await ticket()).replaceAll(/=\r?\n/g, "")).toContain(orderPage);
        expect(await ticket()).toMatch(new RegExp(`^From: ${clubName("chorale")} <`, "m"));
      });

      test("who administers an association looks after its events, and sees nothing of another one's", async () => {
        const page = await loggedIn("noa");
        expect(page.visitor.cookiesOf(new URL(site).host).length).toBeGreaterThan(0);
        const at = async (path: string) => await page.visitor.follow(`${site}${path}`);
        const own = await at("/control/event/chorale/concert/orders/");
        expect([own.status, own.text.includes("lea@gens.test")]).toEqual([200, true]);
        for (const path of ["organizer/judo/", "organizer/judo/teams", "global/settings/", "users/"])
          expect((await at(`/control/${path}`)).status, path).not.toBe(200);
        const other = await loggedIn("lou");
        expect((await other.visitor.follow(`${site}/control/organizer/judo/`)).status).toBe(200);
        expect((await other.visitor.follow(`${site}/control/event/chorale/concert/orders/`)).status).toBe(
          404,
        );
      });

      test("an agent who looks after no association is not shown it, and who does is", async () => {
        const portalOf = async (who: string) => {
          const visitor = town.browser();
          await visitor.logIn(who, passwordOf(who));
          return (await visitor.get(`${portal}/`)).text;
        };
        expect(await portalOf("noa")).toContain(`${site}/`);
        expect(await portalOf("camille")).not.toContain(`${site}/`);
      });

      test("every page leads to the source, as its licence asks", async () => {
        expect((await town.browser().get(`${site}/agpl_source`)).text).toContain(
          "github.com/pretix/pretix/tree/v2026",
        );
      });

      test("no file of an order is for everybody, and nobody makes an account by themselves", async () => {
        for (const path of [
          "/media/tickets/",
          "/media/cachedfiles/x",
          "/control/register",
          "/control/forgot",
        ])
          expect([403, 404], path).toContain((await town.browser().get(`${site}${path}`)).status);
      });
    });
  }

  /** Takes chorale's ticketing out of its file, and gives judo another contact. */
  function end(): void {
    town.write("chorale", { ...files.chorale, more: "" });
    town.write("judo", { ...files.judo, contact: "accueil@judo.test" });
  }

  function ended(): void {
    describe("ticketing that an association declares no more", () => {
      test("a restart keeps what there is; an association that is declared no more sells nothing, and takes its orders along", async () => {
        expect(await contact()).toBe("accueil@judo.test");
        expect(await rows("SELECT slug, live FROM pretixbase_event")).toBe("concert|f");
        expect(await rows("SELECT count(*) FROM pretixbase_order")).toBe("1");
        expect(await rows("SELECT revoked FROM pretixbase_device")).toBe("t");
        await vi.waitFor(
          async () => expect((await town.browser().get(`${site}/chorale/concert/`)).status).not.toBe(502),
          {
            ...{ timeout: 60_000, interval: 1000 },
          },
        );
        expect((await town.browser().get(`${site}/chorale/concert/`)).text).not.toContain("cart/add");
        const { said, complained } = await town.kubectl(
          inPretix("python3", "/opt/tickets/export.py", "orders", "chorale"),
        );
        expect(said, complained).toMatch(/"Concert de Noël".*"lea@gens\.test","Entrée libre"/);
      });

      test("a contact that an association wrote into pretix itself stays when its file names another", async () => {
        const { said, complained } = await town.kubectl(inPretix("python3", "-"), contacts);
        expect(said, complained).toBe("nouveau@judo.test tresor@judo.test");
      });

      test("nothing is left of an association that is gone, and all is of the others", async () => {
        const erase = (id: string) => town.kubectl(inPretix("python3", "/opt/tickets/erase.py", id));
        expect((await erase("judo")).complained).toContain("judo: its ticketing is declared still");
        const { said, complained } = await erase("chorale");
        expect(said, complained).toMatch(/^[1-9]\d* rows, \d+ files$/);
        expect(await rows("SELECT slug FROM pretixbase_organizer")).toBe("judo");
        for (const table of ["order", "event", "outgoingmail"])
          expect(await rows(`SELECT count(*) FROM pretixbase_${table}`), table).toBe("0");
        expect(await rows("SELECT email FROM pretixbase_user")).toBe("lou@gens.test");
        expect((await town.kubectl(inPretix("find", "/data/media", "-path", "*chorale*"))).said).toBe("");
      });
    });
  }

  return { sold, end, ended };
}
