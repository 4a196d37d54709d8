import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Directory, DirectoryAway } from "../../programs/accounts/directory.ts";
import { questionsAtOnce } from "../../programs/accounts/membership.ts";
import { freePort } from "../free-port.ts";
import { RunningAccounts } from "./accounts/running.ts";

const chorale = "/associations/chorale";

let pages: RunningAccounts;
beforeEach(async () => {
  pages = await new RunningAccounts().open();
  pages.people.add("noa", "t-chorale-admins", "t-chorale-members");
});
afterEach(() => pages.close());

test("lists of members are made one after the other, and what would wait behind too many is told to come back", async () => {
  const list = pages.people.membersOf.bind(pages.people);
  let [atOnce, most] = [0, 0];
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  vi.spyOn(pages.people, "membersOf").mockImplementation(async (association) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await begun;
    const members = await list(association);
    atOnce -= 1;
    return members;
  });
  const refused: number[] = [];
  const asked = Array.from({ length: questionsAtOnce + 5 }, async () => {
    const { status, text } = await pages.get(chorale, "noa");
    if (status === 503) refused.push(text.indexOf("Réessayez dans un instant"));
    return status;
  });
  await vi.waitFor(() => expect(refused).toHaveLength(5));
  expect(refused).not.toContain(-1);
  begin();
  const statuses = await Promise.all(asked);
  expect(statuses.filter((status) => status === 200)).toHaveLength(questionsAtOnce);
  expect(most).toBe(1);
  // All places are free again.
  expect((await pages.get(chorale, "noa")).status).toBe(200);
  expect(pages.failures).toEqual([]);
});

test("a list that the directory does not give is not in the way of the next", async () => {
  vi.spyOn(pages.people, "membersOf").mockRejectedValueOnce(new Error("busy"));
  expect((await pages.get(chorale, "noa")).status).toBe(500);
  expect((await pages.get(chorale, "noa")).status).toBe(200);
  expect(pages.failures).toHaveLength(1);
});

test("while the directory is unavailable, pages and invitations say to come back, and nothing is done", async () => {
  pages.directoryAnswers = false;
  const link = pages.keys.seal({
    ...{ commune: "bron", association: "chorale", by: "noa", isAdmin: false, at: pages.now },
    ...{ givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" },
  });
  for (const page of [
    await pages.get("/", "noa"),
    await pages.get(chorale, "noa"),
    await pages.get(`/invitation?d=${link}`),
    await pages.post("/invitation", { d: link }),
  ]) {
    expect(page.status).toBe(503);
    expect(page.text).toContain("L’annuaire de la commune ne répond pas, et rien n’est fait.");
  }
  expect(pages.failures).toHaveLength(4);
  // The invitation was not used up.
  pages.directoryAnswers = true;
  expect((await pages.post("/invitation", { d: link })).status).toBe(200);
});

test("a directory that nobody reaches is unavailable", async () => {
  const server = `ldap://127.0.0.1:${await freePort()}`;
  const asked = Directory.use({ server, suffix: "dc=bron,dc=test" }, "x", (people) => people.person("noa"));
  await expect(asked).rejects.toBeInstanceOf(DirectoryAway);
  await expect(asked).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});
