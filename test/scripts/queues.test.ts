import { expect, test } from "vitest";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { Queues } from "../../scripts/recovery/queues.ts";

const planOf = (service: string, waiting?: object) =>
  ({ service, contents: { waiting }, beside: { commune: "bron", service } }) as unknown as PointsPlan;

/** A service whose queue has these lengths, one after the other; the clock goes on by twenty seconds a question. */
function watched(plan: PointsPlan, names: string, counts: readonly string[]) {
  const said: string[] = [];
  const asked: string[] = [];
  let clock = 0;
  const left = [...counts];
  const queues = new Queues(
    {
      kubectl: async (words) => {
        if (words[0] === "get") return names;
        asked.push(words.slice(0, 3).join(" "));
        clock += 20_000;
        return (left.length > 1 ? left.shift() : left[0]) ?? "";
      },
    },
    plan,
  );
  const empty = () =>
    queues.empty(
      (line) => said.push(line),
      () => clock,
      0,
    );
  return { said, asked, empty };
}

const mastodon = planOf("mastodon");
const withCache =
  "deployment.apps/mastodon-web\ndeployment.apps/mastodon-cache-front\ndeployment.apps/mastodon-cache";

test("what waits in all databases of a cache is done before the service stops", async () => {
  const { said, asked, empty } = watched(mastodon, withCache, [
    "2\n5\n0\n0\n",
    "0\n1\n0\n0\n",
    "0\n0\n0\n0\n",
  ]);
  await empty();
  expect(said).toEqual(["queued jobs: 7. They are done first."]);
  expect(asked).toEqual(Array.from({ length: 3 }, () => "exec deployment/mastodon-cache --"));
});

test("where nothing becomes less within a minute the rest is left, and told", async () => {
  const { said, asked, empty } = watched(mastodon, withCache, ["9\n", "4\n", "4\n"]);
  await empty();
  expect(said.at(-1)).toBe(
    "queued jobs: 4. They stay where they are: what they would have sent is not sent.",
  );
  expect(asked.length).toBeLessThan(8);
});

test("of several members the one that has most counts: one may be lost, or have nothing yet", async () => {
  const members = [0, 1, 2].map((number) => `statefulset/mastodon-cache-${number}`);
  const answers = new Map([
    ["statefulset/mastodon-cache-1", "LOADING Valkey is loading the dataset in memory\n"],
    ["statefulset/mastodon-cache-2", "0\n5\n0\n0\n"],
  ]);
  const counted = async () => {
    const said: string[] = [];
    let clock = 0;
    const queues = new Queues(
      {
        kubectl: async ([verb, cache = ""]) => {
          clock += 20_000;
          if (verb === "get") return members.map((name) => name.replace("/", ".apps/")).join("\n");
          const answer = answers.get(cache);
          if (answer === undefined) throw new Error(`${cache} has no pod that runs`);
          return answer;
        },
      },
      mastodon,
    );
    await queues.empty(
      (line) => said.push(line),
      () => clock,
      0,
    );
    return said;
  };
  expect((await counted())[0]).toBe("queued jobs: 5. They are done first.");
  answers.set("statefulset/mastodon-cache-2", "0\n");
  expect(await counted()).toEqual([]);
  answers.clear();
  await expect(counted()).rejects.toThrow("statefulset/mastodon-cache-0 has no pod that runs");
});

test("a service without a cache is asked what waits in its folders, and one with neither nothing", async () => {
  const lists = watched(
    planOf("lists", { deployment: "lists", command: ["sh", "-c", "find | wc -l"] }),
    "deployment.apps/lists",
    ["3\n", "0\n"],
  );
  await lists.empty();
  expect(lists.said).toEqual(["queued jobs: 3. They are done first."]);
  expect(lists.asked[0]).toBe("exec deployment/lists --");
  const directory = watched(planOf("directory"), "statefulset.apps/directory", ["8\n"]);
  await directory.empty();
  expect([directory.said, directory.asked]).toEqual([[], []]);
});
