import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mostDevices } from "../../components/tenants/accounts/devices.ts";
import { formLives } from "../../components/tenants/accounts/keys.ts";
import { questionsAMinute } from "../../programs/accounts/agendas.ts";
import { RunningAccounts } from "./accounts/running.ts";

const path = "/appareils";
const [add, withdraw] = [`${path}/ajouter`, `${path}/retirer`];

let pages: RunningAccounts;
beforeEach(async () => {
  pages = await new RunningAccounts().open();
  pages.people.add("noa", "t-chorale-admins", "t-chorale-members");
  pages.people.add("alix", "t-chorale-members", "t-judo-members");
  pages.people.add("lou", "t-judo-admins");
  pages.people.add("kim", "t-danse-admins");
  pages.people.add("camille", "agents", "t-chorale-members");
});
afterEach(async () => {
  expect(pages.failures).toEqual([]);
  await pages.close();
});

/** Adds a telephone, and gives what is shown once. */
async function added(who: string, typed: Record<string, string> = {}) {
  const page = await pages.fillIn(path, add, { nom: "Téléphone de Léa", ...typed }, who);
  const [, password = ""] = /id="mot-de-passe">([^<]*)</.exec(page.text) ?? [];
  return { ...page, password };
}

const asked = async (association: string, login: string, password: string) =>
  (await pages.asAgenda(association, { login, password })).text;

describe("a telephone of somebody", () => {
  test("gets a password that is shown once, with where to type it, and of which a digest is kept", async () => {
    const { status, text, password } = await added("alix");
    expect(status).toBe(200);
    // 24 of 23 letters are more than 100 bits.
    expect(password).toMatch(/^([abcdefghjkmnpqrstuvwxyz]{4}-){5}[abcdefghjkmnpqrstuvwxyz]{4}$/);
    for (const said of ["https://agenda.chorale.assos-bron.test/", ">alix<", "DAVx⁵", "CardDAV"])
      expect(text).toContain(said);
    const list = await pages.get(path, "alix");
    expect(list.text).toContain("<h3>Téléphone de Léa</h3>");
    expect(list.text).toContain("28 novembre 2026");
    expect(list.text).not.toContain(password);
    const kept = pages.people.devices.get("alix")?.join() ?? "";
    expect(kept).toMatch(/^[0-9a-f]{12} chorale 2026-11-28 [\w-]{43} Téléphone de Léa$/);
    expect(kept).not.toContain(password.replaceAll("-", ""));
    expect((await added("alix", { nom: "Autre" })).password).not.toBe(password);
    expect(pages.deeds[0]).toEqual({
      ...{ actor: "alix", act: "add-device", who: "alix", group: "t-chorale-members" },
    });
    expect(JSON.stringify(pages.deeds)).not.toContain("Léa");
  });

  test("opens one agenda, as what its owner is to the association, however the password is typed", async () => {
    const { password } = await added("alix");
    expect(await asked("chorale", "alix", password)).toBe("members");
    for (const typed of [password.replaceAll("-", ""), password.toUpperCase(), password.replaceAll("-", " ")])
      expect(await asked("chorale", "alix", typed)).toBe("members");
    expect((await added("noa")).text).toContain("pourra lire et écrire");
    expect(await asked("chorale", "noa", (await added("noa", { nom: "x" })).password)).toBe("admins");
    // What passes through the pod of one association opens nothing at another, though its owner is in both.
    expect(await asked("judo", "alix", password)).toBe("nobody");
    expect(await asked("chorale", "noa", password)).toBe("nobody");
  });

  test("opens nothing once it is withdrawn, or its owner is out of the group, or gone", async () => {
    const { password } = await added("alix");
    const other = await added("alix", { nom: "Tablette" });
    expect(await pages.fillIn(path, withdraw, {}, "alix")).toMatchObject({
      ...{ status: 303, location: `${path}?fait=retire` },
    });
    expect(await asked("chorale", "alix", password)).toBe("nobody");
    expect(await asked("chorale", "alix", other.password)).toBe("members");
    await pages.people.leave({ ...pages.people.add("alix"), uid: "alix" }, "t-chorale-members");
    expect(await asked("chorale", "alix", other.password)).toBe("nobody");
    expect((await pages.get(path, "alix")).text).toContain("plus rien (Chorale des Gratte-Ciel)");
    await pages.people.remove(pages.people.add("alix"));
    expect(await asked("chorale", "alix", other.password)).toBe("nobody");
  });

  test("goes with the membership that a board takes away, and does not come back with it", async () => {
    const { password } = await added("alix");
    const remove = "/associations/chorale/retirer";
    await pages.fillIn(`${remove}?qui=alix`, remove, {}, "noa");
    await pages.people.join({ ...pages.people.add("alix"), uid: "alix" }, "t-chorale-members");
    expect(await asked("chorale", "alix", password)).toBe("nobody");
  });

  test("may be an agent's too, who is in an association", async () => {
    expect(await asked("chorale", "camille", (await added("camille")).password)).toBe("members");
  });

  test("is for agendas that its owner may open", async () => {
    // Members of this association read no agenda, and the other has none.
    expect((await pages.get(path, "alix")).text).not.toContain("Judo");
    expect((await pages.get("/", "kim")).text).not.toContain(path);
    expect((await pages.get(path, "kim")).text).toContain("Aucun agenda ne vous est ouvert");
    const token = pages.keys.token("alix", add, pages.now);
    for (const agenda of ["judo", "danse", "agents", "", "../chorale"])
      expect((await pages.post(add, { token, nom: "x", agenda }, "alix")).status).toBe(409);
    expect(pages.people.devices.size).toBe(0);
    pages.people.add("lou", "t-chorale-members", "t-judo-admins");
    const both = await pages.get(path, "lou");
    expect(both.text).toContain("<legend>Quel agenda ?</legend>");
    expect(await asked("judo", "lou", (await added("lou", { agenda: "judo" })).password)).toBe("admins");
  });

  test(`is one of ${mostDevices} at most`, async () => {
    for (let count = 0; count < mostDevices; count++)
      expect((await added("alix", { nom: `Appareil ${count}` })).status).toBe(200);
    const token = pages.keys.token("alix", add, pages.now);
    const more = await pages.post(add, { token, nom: "De trop", agenda: "chorale" }, "alix");
    expect([more.status, more.text.includes("retirez-en un d’abord")]).toEqual([409, true]);
    expect(pages.people.devices.get("alix")).toHaveLength(mostDevices);
  });

  test.each(["", "x".repeat(41), "<b>", "Тел", "a\u202eb", "--", "a\nb"])("is not called %j", async (nom) => {
    const { status, text, password } = await added("alix", { nom });
    expect([status, password]).toEqual([422, ""]);
    expect(text).toContain('href="#nom"');
  });

  test("has a name that no other of its owner has: a page that is sent twice makes one", async () => {
    await added("alix");
    expect((await added("alix")).text).toContain("Un appareil a déjà ce nom");
    expect(pages.people.devices.get("alix")).toHaveLength(1);
  });

  test("is added and withdrawn by its owner alone, with a form of a short while ago", async () => {
    await added("alix");
    const id = pages.people.devices.get("alix")?.[0]?.split(" ")[0] ?? "";
    const sent = (who: string, token: string, at = withdraw) =>
      pages.post(at, { token, appareil: id, nom: "x", agenda: "chorale" }, who);
    for (const token of [
      "",
      pages.keys.token("noa", withdraw, pages.now),
      pages.keys.token("alix", add, pages.now),
      pages.keys.token("alix", withdraw, pages.now - formLives - 1),
    ])
      expect((await sent("alix", token)).status, token).toBe(422);
    expect((await sent("alix", pages.keys.token("alix", withdraw, pages.now), add)).status).toBe(422);
    // Somebody else's is none of theirs.
    await sent("noa", pages.keys.token("noa", withdraw, pages.now));
    expect(pages.people.devices.get("alix")).toHaveLength(1);
    expect((await pages.get(`${path}/ajouter`, "alix")).status).toBe(404);
    expect((await pages.get(path)).status).toBe(403);
  });
});

describe("an agenda that asks", () => {
  test("is told the same of a name that is there and of one that is not", async () => {
    const { password } = await added("alix");
    const answers = await Promise.all([
      pages.asAgenda("chorale", { login: "alix", password: "wrong" }),
      pages.asAgenda("chorale", { login: "nobody-there", password }),
      pages.asAgenda("chorale", { login: "*", password }),
      pages.asAgenda("chorale", { login: "alix" }),
      pages.asAgenda("chorale", {}),
      pages.asAgenda("chorale", { login: "alix", password: "x".repeat(3000) }),
      pages.asAgenda("judo", { login: "alix", password }),
    ]);
    for (const answer of answers) expect(answer).toEqual({ status: 200, text: "nobody" });
  });

  test("is one that has a key, and by that of its own association", async () => {
    const { password } = await added("alix");
    const fields = { login: "alix", password };
    for (const key of ["", "x", pages.agendaKeys.get("chorale")?.slice(1) ?? ""])
      expect(await pages.asAgenda("chorale", fields, { key })).toEqual({ status: 403, text: "unknown" });
    // What it says of itself is nothing.
    const said = { ...fields, association: "chorale" };
    expect((await pages.asAgenda("judo", said)).text).toBe("nobody");
    expect((await pages.asAgenda("chorale", fields, { path: "/" })).status).toBe(404);
    expect((await pages.asAgenda("chorale", fields, { method: "GET" })).status).toBe(404);
    expect((await pages.asAgenda("chorale", fields, { path: "/appareils" })).status).toBe(404);
  });

  test("has so many questions a minute, and takes none of another's", async () => {
    const { password } = await added("alix");
    const all = await Promise.all(
      Array.from({ length: questionsAMinute }, () => pages.asAgenda("judo", { login: "a", password: "b" })),
    );
    expect(all.every(({ status }) => status === 200)).toBe(true);
    expect((await pages.asAgenda("judo", { login: "lou", password: "b" })).status).toBe(429);
    expect(await asked("chorale", "alix", password)).toBe("members");
    pages.now += 60_001;
    expect((await pages.asAgenda("judo", { login: "lou", password: "b" })).status).toBe(200);
  });

  test("is asked about nobody by the pages' own port, which the ingress controller reaches", async () => {
    const { password } = await added("alix");
    const answer = await pages.post("/check", { login: "alix", password }, "alix");
    expect(answer.status).toBe(404);
  });
});
