import { beforeAll, describe, expect, test } from "vitest";
import { visitDuring } from "../mastodon/visitors.ts";
import { type Ended, until } from "../peertube/instance.ts";
import type { Run } from "../project.ts";
import { channelOf } from "./channel.ts";
import { fileOf } from "./peertube.ts";
import { next, old, type Town } from "./town.ts";

const images = "ghcr.io/mastodon/mastodon";
const migrations = { before: "20260402083000", after: "20260611140000" };
const notes = "/remote.php/dav/files/admin/minutes.txt";

interface Job {
  metadata: { name: string; uid: string; annotations: Record<string, string> };
  status: { conditions?: { type: string; status: string; reason: string }[] };
}

/** Reason for which a Job gave up; undefined if it did not, as one whose first try failed and whose second did not. */
const gaveUp = ({ status }: Job) =>
  (status.conditions ?? []).find(({ type, status }) => type === "Failed" && status === "True")?.reason;

/** Each service to its next version: Mastodon and PeerTube at once, each with what fails on its way, then Nextcloud too. */
export function upgrades(town: Town): void {
  const { commune, project, server, inside, visitor } = town;
  const place = `--namespace=${server.namespace}`;
  const jobs = async (namespace: string): Promise<Job[]> =>
    JSON.parse(await server.kubectl(["get", "jobs", `--namespace=${namespace}`, "--output=json"])).items;
  /** The Job of a service that gave up. */
  const failedJob = async (namespace: string) => {
    const [found, ...others] = (await jobs(namespace)).filter(gaveUp);
    if (!found || others.length > 0) throw new Error(`${namespace} has not one Job that gave up`);
    return found;
  };
  const peertubeVersion = async () =>
    (await visitor.json<{ serverVersion: string }>("/api/v1/config")).serverVersion;

  describe("an upgrade with migrations that fail", () => {
    let update: Promise<Run>;
    let away: Promise<{ versions: string[]; gaps: number[] }>;
    let leaving: string;
    let failed: Job;

    const finalizers = (list: string[]) =>
      inside.kubectl(
        ...["patch", "pod", leaving, "--type=merge"],
        ...["--patch", JSON.stringify({ metadata: { finalizers: list } })],
      );

    beforeAll(async () => {
      const { password } = await town.account("nextcloud");
      const put = await town.documents(notes, password, "-X", "PUT", "-d", "the minutes");
      expect(put.status).toBe(201);
      await server.sql(`INSERT INTO commune_double VALUES ('fail_migration', '${migrations.before}')`);
      await inside.flag("fail-migration");
      await inside.flag("fail-script-quietly");
      leaving = (await inside.pods("web"))[0]?.metadata.name ?? "";
      // The pod's end stays to be read.
      await finalizers(["commune.cloud/test"]);
      town.declare({ versions: { ...next, nextcloud: old.nextcloud } });
      town.declareChorale();
      update = project.pulumi(["up", "-s", commune, "--yes", "--skip-preview"]);
      const served = update.then(() =>
        until("the new version serves", 60, async () =>
          (await peertubeVersion()) === next.peertube ? true : undefined,
        ),
      );
      away = visitor.awayDuring(served);
      away.catch(() => undefined);
    });

    // The kubelet writes both fields anew when the containers have ended, with no time to go: what was seen first counts.
    let asked = Number.POSITIVE_INFINITY;

    /** Whether the pod of before has ended: how, and after how many seconds. */
    async function ended(): Promise<{ codes: string[]; seconds: number } | undefined> {
      const pod = (await inside.pods("web")).find(({ metadata }) => metadata.name === leaving);
      const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod?.metadata ?? {};
      if (deletionTimestamp !== undefined)
        asked = Math.min(asked, Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000);
      const states = (pod?.status.containerStatuses ?? []).flatMap(({ name, state }): [string, Ended][] =>
        state.terminated ? [[name, state.terminated]] : [],
      );
      if (states.length < 2) return undefined;
      const last = Math.max(...states.map(([, { finishedAt }]) => Date.parse(finishedAt)));
      return {
        codes: states.map(([name, { exitCode }]) => `${name} ${exitCode}`),
        seconds: (last - asked) / 1000,
      };
    }

    test("stops PeerTube's old pod, which ends with exit code 0, within its grace period", async () => {
      try {
        const { codes, seconds } = await until("the pod ends", 180, ended);
        expect(codes).toEqual(["nginx 0", "peertube 0"]);
        expect(seconds).toBeLessThan(60);
        expect(seconds).toBeGreaterThan(8);
      } finally {
        await finalizers([]);
      }
    });

    /** Exit code of the server's container, which is started again and again; undefined until it ends with these words. */
    async function crashedWith(words: string): Promise<number | undefined> {
      const [pod] = (await inside.pods("web")).filter(({ metadata }) => !metadata.deletionTimestamp);
      const container = pod?.status.containerStatuses?.find(({ name }) => name === "peertube");
      const last = container?.lastState.terminated;
      return last?.message?.includes(words) ? last.exitCode : undefined;
    }

    test("says in PeerTube's pod which migration and why, and goes on when it is fixed", async () => {
      const code = await until("the server ends", 180, () => crashedWith("Cannot execute migration"));
      expect(code).not.toBe(0);
      expect(await inside.sql('SELECT "migrationVersion" FROM application')).toBe("820");
      await inside.unflag("fail-migration");
      await update;
      // The server of the new version serves, while Mastodon's update has failed.
      await expect.poll(peertubeVersion, { timeout: 60_000 }).toBe(next.peertube);
      expect(await inside.sql('SELECT "migrationVersion" FROM application')).toBe("830");
    });

    test("has PeerTube away for one announced while", async () => {
      expect((await update).output).toContain(
        `PeerTube goes from ${old.peertube} to ${next.peertube}: nobody can use it`,
      );
      const { versions, gaps } = await away;
      console.log(
        `The double of PeerTube was unavailable for ${gaps.join(" and ")} s, with a migration that failed on the way.`,
      );
      expect(versions).toEqual([old.peertube, next.peertube]);
      expect(gaps).toHaveLength(1);
      expect(gaps[0]).toBeLessThan(180);
    });

    test("stops before Mastodon's roll, and the old version goes on serving", async () => {
      const { exitCode, output } = await update;
      expect(exitCode).not.toBe(0);
      failed = await failedJob(server.namespace);
      expect(failed.metadata.name).toMatch(/^mastodon-migrate-before-[0-9a-f]{8}$/);
      expect(output).toContain(failed.metadata.name);
      expect(gaveUp(failed)).toBe("BackoffLimitExceeded");
      expect(await server.webImages()).toEqual([`${images}:v${old.mastodon}`]);
      expect((await server.get("/about")).status).toBe(200);
      expect(await server.sql("SELECT count(*) FROM schema_migrations")).toBe("2");
    });

    test("leaves a Job of Mastodon's that says what to do, and why it failed", async () => {
      const { name, annotations } = failed.metadata;
      const advice = annotations["commune.cloud/when-it-fails"];
      expect(advice).toContain(`kubectl -n ${server.namespace} logs job/${name}`);
      expect(advice).toMatch(new RegExp(`Fix it, then: npx pulumi up -s ${commune}$`));
      const reason = "this and all later migrations canceled";
      expect(await server.kubectl(["logs", place, `job/${name}`])).toContain(reason);
      // The end of the log is part of the pods' state too, where an engine or a report finds it.
      const tries = ["get", "pods", place, `--selector=job-name=${name}`];
      const message = "--output=jsonpath={.items[*].status.containerStatuses[0].state.terminated.message}";
      expect(await server.kubectl([...tries, message])).toContain(reason);
    });

    test("tries Mastodon's Job again in the next run, which says the same, and PeerTube's script, which fails in words only", async () => {
      const { exitCode, output } = await project.pulumi(["up", "-s", commune, "--yes", "--skip-preview"]);
      expect(exitCode).not.toBe(0);
      const again = await failedJob(server.namespace);
      expect(again.metadata.name).toBe(failed.metadata.name);
      expect(again.metadata.uid).not.toBe(failed.metadata.uid);
      expect(gaveUp(again)).toBe("BackoffLimitExceeded");
      expect(output).toContain("BackoffLimitExceeded");
      expect(await server.webImages()).toEqual([`${images}:v${old.mastodon}`]);
      expect(output).toMatch(/peertube-scripts/);
      const logs = await inside.kubectl(
        "logs",
        "--selector=app.kubernetes.io/component=scripts",
        "--tail=-1",
      );
      expect(logs).toContain("PeerTube's script peertube-8.3 failed");
      expect(logs).not.toContain("peertube-8.3 is done");
      expect(await peertubeVersion()).toBe(next.peertube);
      const script = await failedJob(inside.namespace);
      const advice = script.metadata.annotations["commune.cloud/when-it-fails"];
      expect(advice).toContain(`PeerTube ${next.peertube} serves already.`);
      expect(advice).toMatch(new RegExp(`Fix it, then: npx pulumi up -s ${commune}$`));
    });
  });

  describe("an upgrade whose reasons to fail are fixed, with Nextcloud's", () => {
    test("goes through without one request to Mastodon that fails, and keeps every post", async () => {
      await server.sql("DELETE FROM commune_double WHERE key = 'fail_migration'");
      await inside.unflag("fail-script-quietly");
      town.declare({ versions: next });
      const { requests, failures, posts } = await visitDuring(server, await server.token(), async () => {
        await town.up();
      });
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(200);
      expect(posts.length).toBeGreaterThan(10);
      const kept = await Promise.all(posts.map((id) => server.get(`/api/v1/statuses/${id}`)));
      expect(kept.filter(({ status }) => status !== 200)).toEqual([]);
      console.log(`upgrade: ${requests} requests, ${posts.length} posts, all answered and kept`);
      expect(await server.webImages()).toEqual([`${images}:v${next.mastodon}`]);
      expect(JSON.parse((await server.get("/api/v2/instance")).text).version).toContain(next.mastodon);
      const { before, after } = migrations;
      const done = `SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations WHERE version IN ('${before}', '${after}')`;
      expect(await server.sql(done)).toBe(`${before} ${after}`);
    });

    test("leaves no Job of Mastodon's version before", async () => {
      expect(await jobs(server.namespace)).toHaveLength(3);
    });

    test("ends with PeerTube's script, once", async () => {
      expect(await inside.sql(`SELECT count(*) FROM "double" WHERE key = 'peertube-8.3'`)).toBe("1");
      const marks = await inside.kubectl(
        ...["exec", "deploy/peertube", "-c", "peertube", "--", "ls", "/data/commune-scripts"],
      );
      expect(marks.split("\n")).toEqual(["peertube-8.1", "peertube-8.3"]);
    });

    test("keeps PeerTube's videos, accounts and sessions", async () => {
      expect(await visitor.json(`/api/v1/videos/${town.video}`)).toMatchObject({ name: "Conseil municipal" });
      expect((await visitor.ask(fileOf(town.video), { method: "HEAD" })).headers["content-length"]).toBe(
        String(town.film.length),
      );
      expect(await visitor.json("/api/v1/users/me", { headers: town.root })).toMatchObject({
        username: "root",
      });
    });

    test("brings Nextcloud to the next major version with its files", async () => {
      const { password } = await town.account("nextcloud");
      expect(await town.documents(notes, password)).toEqual({ status: 200, body: "the minutes" });
      const { body } = await town.documents("/status.php", password);
      expect(body).toMatch(/"maintenance":false,"needsDbUpgrade":false.*"versionstring":"33\.0\.7"/);
    });
  });

  describe("an association's channel in the next version", () => {
    const channel = channelOf(town);
    channel.isOpenAgain();
    channel.goes();
  });
}
