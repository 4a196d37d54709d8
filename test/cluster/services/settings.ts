import { describe, expect, test } from "vitest";
import { channelOf } from "./channel.ts";
import type { Town } from "./town.ts";

interface Listed {
  metadata: { name: string; uid: string };
  status: { succeeded?: number };
}

/** The name of a Job of Mastodon's, without the end that tells one of its contents from another. */
const plain = (name: string) => name.replace(/-[0-9a-f]{8}$/, "");

/** A changed setting, a suspended association, and a Job that somebody deleted, in one update. */
export function settings(town: Town): void {
  const { server } = town;
  const listed = async (kind: string, ...selector: string[]): Promise<Listed[]> =>
    JSON.parse(
      await server.kubectl(["get", kind, `--namespace=${server.namespace}`, "--output=json", ...selector]),
    ).items;
  const jobs = async () =>
    Object.fromEntries((await listed("jobs")).map((job) => [plain(job.metadata.name), job]));
  const pods = async () =>
    (await listed("pods", "--selector=app.kubernetes.io/component!=job")).map(({ metadata }) => metadata.uid);

  describe("a changed setting", () => {
    let before: { jobs: Record<string, Listed>; pods: string[] };

    test("is applied with one Job of Mastodon's, and restarts nothing of it", async () => {
      before = { jobs: await jobs(), pods: await pods() };
      const { name = "" } = before.jobs["mastodon-migrate-after"]?.metadata ?? {};
      await server.kubectl(["delete", `--namespace=${server.namespace}`, `job/${name}`]);
      town.declare({ registrations: "approval" });
      town.declareChorale("suspended: { since: 2026-11-01, reason: x }\n");
      await town.up("--refresh");
      expect(await server.rails("puts Setting.registrations_mode")).toContain("approved");
      expect(await pods()).toEqual(before.pods);
      const after = await jobs();
      expect(Object.keys(after)).toEqual(Object.keys(before.jobs));
      expect(after["mastodon-bootstrap"]?.metadata.name).not.toBe(
        before.jobs["mastodon-bootstrap"]?.metadata.name,
      );
      expect(after["mastodon-migrate-before"]).toEqual(before.jobs["mastodon-migrate-before"]);
    });

    test("comes with the Job that was deleted by hand, since that update looked for it", async () => {
      const again = (await jobs())["mastodon-migrate-after"];
      const deleted = before.jobs["mastodon-migrate-after"];
      expect(again?.metadata.name).toBe(deleted?.metadata.name);
      expect(again?.metadata.uid).not.toBe(deleted?.metadata.uid);
      expect(again?.status.succeeded).toBe(1);
    });
  });

  describe("an association's channel", () => {
    channelOf(town).isClosed();
  });
}
