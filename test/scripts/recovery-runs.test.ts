import { expect, test } from "vitest";
import { Runs, withEnvironment } from "../../scripts/recovery/runs.ts";

interface End {
  condition: "Complete" | "Failed";
  /** Statuses of containers in the pods that are left. */
  containers: object[];
}

/** Runs a CronJob on a cluster where its Job ends so. */
async function run({ condition, containers }: End): Promise<string> {
  const kubectl = async (words: readonly string[]): Promise<string> => {
    const [verb, kind] = words.filter((word) => !word.startsWith("--"));
    if (verb === "create") return "";
    if (verb === "logs") return "the last lines of its log";
    if (kind === "cronjob")
      return JSON.stringify({
        metadata: { name: "restore", namespace: "bron-nextcloud", labels: {} },
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "restore" }] } } } } },
      });
    if (kind === "job")
      return JSON.stringify({ status: { conditions: [{ type: condition, status: "True" }] } });
    return JSON.stringify({
      items: containers.length === 0 ? [] : [{ status: { containerStatuses: containers } }],
    });
  };
  const runs = new Runs({ kubectl }, { commune: "bron", service: "nextcloud" }, undefined);
  const { left } = await runs.run({ cronJob: "restore", change: (container) => container });
  return left;
}

const container = (exitCode: number, message?: string) => ({
  name: "restore",
  state: { terminated: { exitCode, ...(message !== undefined && { message }) } },
});

test("what its last container left is given to who waits", async () => {
  expect(await run({ condition: "Complete", containers: [container(0, "41 files")] })).toBe("41 files");
});

test("what a container said of its failure is the error", async () => {
  const failed = run({ condition: "Failed", containers: [container(1, "no room\n")] });
  await expect(failed).rejects.toThrow("restore failed: no room");
});

test("a container that said nothing is told by its log", async () => {
  const failed = run({ condition: "Failed", containers: [container(137)] });
  await expect(failed).rejects.toThrow("restore failed: the last lines of its log");
});

test("a pod that was taken away is no success", async () => {
  const gone = run({ condition: "Failed", containers: [] });
  await expect(gone).rejects.toThrow(
    "restore failed: its pod was not begun, or was taken away before it had ended",
  );
});

test("a Job that failed though no container did is no success", async () => {
  const cut = run({ condition: "Failed", containers: [container(0)] });
  await expect(cut).rejects.toThrow("restore failed");
});

test("a value reaches the container as it is, though Kubernetes reads a dollar as the beginning of another's name", () => {
  const { env } = withEnvironment(
    { env: [{ name: "ONLY", value: "of before" }] },
    { ONLY: "anna/files/prix $(HOME) $$.txt" },
  );
  expect(env).toEqual([{ name: "ONLY", value: "anna/files/prix $$(HOME) $$$$.txt" }]);
});
