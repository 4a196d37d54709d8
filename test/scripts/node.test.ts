import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { nodeCommand } from "../../scripts/node.ts";

const now = new Date("2026-12-01T12:00:00Z");
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const node = (status: string, minutes: number, taints: { key: string }[] = []) => ({
  spec: taints.length === 0 ? {} : { taints },
  status: { conditions: [{ type: "Ready", status, lastTransitionTime: before(minutes) }] },
});
const outOfService = [{ key: "node.kubernetes.io/out-of-service" }];

beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

/**
 * Runs the verb on a double of kubectl.
 *
 * @param shown the node, each time that it is asked for; the last one again and again.
 * @param answers of the person; nobody is at a terminal if undefined.
 */
async function run(verb: string, shown: object[], answers: string[] | undefined) {
  const left = [...shown];
  const changed: string[] = [];
  const asked: string[] = [];
  const given = [...(answers ?? [])];
  const command = nodeCommand({
    kubectl: () => ({
      json: async () => (left.length > 1 ? left.shift() : left[0]),
      text: async (words) => {
        changed.push(words.join(" "));
        return "";
      },
    }),
    ask:
      answers &&
      (async (question) => {
        asked.push(question);
        return given.shift() ?? "";
      }),
    now: () => now,
  });
  const words = [verb, "serveur-2", "--context", "mairie"];
  if (verb === "out-of-service") words.push("--language", "fr");
  const problem = await command
    .exitOverride()
    .parseAsync(words, { from: "user" })
    .then(
      () => undefined,
      (error: Error) => error.message,
    );
  return { problem, changed, asked };
}

describe("commune node out-of-service", () => {
  test("taints a node that has been silent, whose name is typed, and whose machine is off", async () => {
    const { problem, changed, asked } = await run(
      "out-of-service",
      [node("Unknown", 6)],
      ["serveur-2", "oui"],
    );
    expect(problem).toBeUndefined();
    expect(changed).toEqual([
      "taint node serveur-2 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
    ]);
    expect(asked[0]).toContain("Sur le cluster du contexte mairie. Nom du nœud");
    expect(asked[1]).toContain("La machine est-elle arrêtée");
  });

  test.each([
    ["is Ready", [node("True", 600)], ["serveur-2", "y"], "est Ready"],
    ["has been silent for four minutes", [node("Unknown", 4)], ["serveur-2", "y"], "depuis 5 minutes"],
    ["has no condition", [{ status: { conditions: [] } }], ["serveur-2", "y"], "on ne sait pas"],
    ["is tainted already", [node("Unknown", 60, outOfService)], ["serveur-2", "y"], "déjà hors service"],
    [
      "is not the one that is typed",
      [node("False", 60)],
      ["serveur-3", "y"],
      '"serveur-3" n’est pas serveur-2',
    ],
    ["may still run", [node("Unknown", 60)], ["serveur-2", "n"], "Éteignez d’abord la machine"],
    ["is a script's to judge", [node("Unknown", 60)], undefined, "Quelqu’un doit dire"],
    ["is back while it is asked", [node("Unknown", 60), node("True", 0)], ["serveur-2", "y"], "est Ready"],
  ])("leaves a node that %s", async (_, shown, answers, message) => {
    const { problem, changed } = await run("out-of-service", shown, answers);
    expect(problem).toContain(message);
    expect(problem).toMatch(/Rien n’a changé\.$/);
    expect(changed).toEqual([]);
  });

  test("asks nothing about a node that is Ready", async () => {
    expect((await run("out-of-service", [node("True", 600)], ["serveur-2", "y"])).asked).toEqual([]);
  });
});

describe("commune node in-service", () => {
  test("removes the taint", async () => {
    const { changed } = await run("in-service", [node("True", 1, outOfService)], undefined);
    expect(changed).toEqual(["taint node serveur-2 node.kubernetes.io/out-of-service-"]);
  });

  test("says that there is none", async () => {
    const { problem, changed } = await run("in-service", [node("True", 1)], undefined);
    expect(problem).toBe("serveur-2 is not out of service. Nothing was changed.");
    expect(changed).toEqual([]);
  });
});
