import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { questionsAtOnce } from "../../programs/accounts/membership.ts";
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
