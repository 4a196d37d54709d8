import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { packedPlugin } from "../components/services/peertube-plugin-archive.ts";
import { channelOf, declareChorale, Letters, sections } from "./peertube/channel.ts";
import { type Answer, commune, declare, Inside, type Pod, until, Visitor } from "./peertube/instance.ts";
import { Plugins } from "./peertube/plugins.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const inside = new Inside(cluster.environment);
const bytes = randomBytes(40 * 1024 * 1024);
const plugins = new Plugins(cluster.environment, "8.2.4");
const letters = new Letters(cluster);
let project: Project;
let visitor: Visitor;
let root: { authorization: string };
let video: string;

async function rootPassword(): Promise<string> {
  const outputs: Outputs = JSON.parse(
    await project.succeed("stack", "output", "--json", "--show-secrets", "-s", commune),
  );
  return outputs.accounts.peertube?.password ?? "";
}

/** Whether nginx gave the answer itself: the double signs all of its own. */
const fromVolume = ({ headers }: Answer) => headers["x-commune-double"] === undefined;
const fileOf = (uuid: string, folder = "") =>
  `/static/streaming-playlists/hls/${folder}${uuid}/${uuid}-fragmented.mp4`;
const restarts = ({ status }: Pod) =>
  (status.containerStatuses ?? []).map(({ name, restartCount }) => `${name} ${restartCount}`);

const channel = channelOf(() => ({ environment: cluster.environment, project, visitor, letters }));

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare(project, "8.2.4", sections);
  declareChorale(project);
  await Promise.all([letters.open(), project.createStack(commune)]);
  await project.up(commune);
  visitor = new Visitor(cluster);
  root = await visitor.token(await rootPassword());
});

afterAll(async () => {
  await visitor?.close();
  await plugins.remove();
  await letters.end();
  await project.end(commune);
});

describe("a PeerTube that is up", () => {
  test("runs its pods under Pod Security restricted, ready, without having been started again", async () => {
    const [pod, ...others] = await inside.pods("web");
    expect(others).toEqual([]);
    expect(pod && restarts(pod)).toEqual(["nginx 0", "peertube 0"]);
    const enforced = "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}";
    expect(await inside.kubectl("get", "namespace", `${commune}-peertube`, "-o", enforced)).toBe(
      "restricted",
    );
  });

  test.each([
    ["/api/v1/ping", /^pong$/],
    ["/nodeinfo/2.0.json", /"version":"8\.2\.4"/],
    ["/", /<html/],
    ["/feeds/videos.xml?isLocal=true", /<rss/],
    ["/feeds/videos.atom?isLocal=true", /<feed/],
    ["/feeds/videos.json?isLocal=true", /jsonfeed/],
  ])("answers anybody at %s over HTTPS, under the headers of every front", async (path, text) => {
    const { status, headers, text: body } = await visitor.ask(path);
    expect({ status, hsts: headers["strict-transport-security"] }).toEqual({
      status: 200,
      hsts: "max-age=15552000; includeSubDomains",
    });
    expect(body).toMatch(text);
  });

  test("takes a video of 40 MiB and gives it back from the volume, with ranges, to anybody", async () => {
    video = await visitor.upload("Conseil municipal", bytes, 1, root);
    const whole = await visitor.ask(fileOf(video), { method: "HEAD" });
    expect(Number(whole.headers["content-length"])).toBe(bytes.length);
    expect(fromVolume(whole)).toBe(true);
    const part = await visitor.ask(fileOf(video), { headers: { range: "bytes=0-1023" } });
    expect({ status: part.status, origin: part.headers["access-control-allow-origin"] }).toEqual({
      status: 206,
      origin: "*",
    });
    const playlist = await visitor.ask(`/static/streaming-playlists/hls/${video}/master.m3u8`);
    expect(playlist.text).toContain("480p");
    expect(playlist.headers["content-type"]).toContain("mpegurl");
  });

  test("keeps a private video private, whatever way it is asked for", async () => {
    const secret = await visitor.upload("Huis clos", Buffer.alloc(2048, 7), 3, root);
    const ways = [
      fileOf(secret, "private/"),
      fileOf(secret),
      `/static/streaming-playlists/hls//private/${secret}/${secret}-fragmented.mp4`,
      `/static/streaming-playlists/hls/%70rivate/${secret}/${secret}-fragmented.mp4`,
      `/static/streaming-playlists/hls/${video}/../private/${secret}/${secret}-fragmented.mp4`,
      `/static/streaming-playlists/hls/${video}/%2e%2e%2fprivate%2f${secret}%2f${secret}-fragmented.mp4`,
    ];
    for (const way of ways) {
      const { status } = await visitor.ask(way);
      expect(status, way).toBeGreaterThanOrEqual(400);
    }
    expect((await visitor.ask(fileOf(secret, "private/"), { headers: root })).status).toBe(200);
  });

  test("serves no other file of its volume", async () => {
    for (const path of ["/logs/peertube.log", "/config/production.yaml", "/static/../logs/peertube.log"]) {
      expect(fromVolume(await visitor.ask(path)), path).toBe(false);
    }
  });

  test("refuses a body that is no video, when it is large", async () => {
    const answer = await visitor.ask("/api/v1/users/token", {
      method: "POST",
      body: Buffer.alloc(200 * 1024),
    });
    expect(answer.status).toBe(413);
  });

  test("hides root's password and every other secret from logs, arguments and ConfigMaps", async () => {
    const password = await rootPassword();
    expect(password).toHaveLength(43);
    const written = [
      await inside.kubectl("logs", "deploy/peertube", "--all-containers"),
      await inside.kubectl("get", "deployments,jobs,configmaps,pods", "-o", "yaml"),
      await inside.kubectl(
        "exec",
        "deploy/peertube",
        "-c",
        "peertube",
        "--",
        "sh",
        "-c",
        "cat /data/logs/* /config/*.yaml",
      ),
    ];
    expect(written.filter((text) => text.includes(password))).toEqual([]);
  });

  test("changes nothing when it is applied again", async () => {
    const changes = await project.up(commune);
    expect(Object.keys(changes)).toEqual(["unchanged"]);
  });

  test("stays readable and in service while its cache is away", async () => {
    await inside.kubectl("scale", "deployment/peertube-cache", "--replicas=0");
    await until("the cache ends", 60, async () =>
      (await inside.pods("cache")).length === 0 ? true : undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 35_000));
    expect((await visitor.ask(`/api/v1/videos/${video}`)).status).toBe(200);
    await inside.kubectl("scale", "deployment/peertube-cache", "--replicas=1");
    await inside.kubectl("rollout", "status", "deployment/peertube-cache", "--timeout=120s");
    const [pod] = await inside.pods("web");
    expect(pod && restarts(pod)).toEqual(["nginx 0", "peertube 0"]);
  });
});

describe("an association's channel", () => {
  channel.isMade();
  channel.isNobodyElses();
  channel.isClosed();
});

test("plugins are fetched, checked and installed from the volume; another archive is refused", async () => {
  const name = "peertube-plugin-hello";
  const { archive, plugin } = packedPlugin(name, "1.0.0");
  await plugins.publish({
    [`${name}-1.0.0.tgz`]: archive,
    [`${name}-1.0.1.tgz`]: packedPlugin(name, "1.0.2").archive,
  });
  const installed = async () => {
    const { data } = await visitor.json<{ data: { name: string; version: string }[] }>("/api/v1/plugins", {
      headers: root,
    });
    return data.map(({ name, version }) => `${name} ${version}`);
  };
  const first = await plugins.converge({ [name]: plugin });
  expect(first.said).toContain(`${name} is there in version 1.0.0.`);
  expect(await installed()).toEqual(["hello 1.0.0"]);
  const other = await plugins.converge({ [name]: { ...plugin, version: "1.0.1" } });
  expect(other).toEqual({
    ended: expect.stringContaining("Failed"),
    said: expect.stringContaining("is not what is declared"),
  });
  expect(await installed()).toEqual(["hello 1.0.0"]);
  expect((await plugins.converge({})).said).toContain(`${name} was removed.`);
  expect(await installed()).toEqual([]);
});

test("a pod that is stopped ends with exit code 0, within its grace period", async () => {
  const [pod] = await inside.pods("web");
  const name = pod?.metadata.name ?? "";
  const finalizers = (list: string[]) =>
    inside.kubectl(
      "patch",
      "pod",
      name,
      "--type=merge",
      "--patch",
      JSON.stringify({ metadata: { finalizers: list } }),
    );
  // The pod's end stays to be read.
  await finalizers(["commune.cloud/test"]);
  const started = Date.now();
  await inside.kubectl("delete", "pod", name, "--wait=false");
  const ended = await until("the pod ends", 90, async () => {
    const found = (await inside.pods("web")).find(({ metadata }) => metadata.name === name);
    const states = (found?.status.containerStatuses ?? []).map(({ name, state }) => ({
      name,
      ended: state.terminated,
    }));
    return states.length > 0 && states.every(({ ended }) => ended) ? states : undefined;
  });
  const seconds = (Date.now() - started) / 1000;
  await finalizers([]);
  expect(ended.map(({ name, ended }) => `${name} ${ended?.exitCode}`)).toEqual(["nginx 0", "peertube 0"]);
  expect(seconds).toBeLessThan(60);
  expect(seconds).toBeGreaterThan(8);
  await inside.kubectl("rollout", "status", "deployment/peertube", "--timeout=180s");
});

describe("the upgrade from 8.2.4 to 8.3.1", () => {
  /** What the server's container, being started again and again, last ended with: its code, once it says this. */
  async function crashedWith(words: string): Promise<number | undefined> {
    const [pod] = (await inside.pods("web")).filter(({ metadata }) => !metadata.deletionTimestamp);
    const server = pod?.status.containerStatuses?.find(({ name }) => name === "peertube");
    const ended = server?.lastState.terminated;
    return ended?.message?.includes(words) ? ended.exitCode : undefined;
  }

  interface Job {
    metadata: { annotations: Record<string, string> };
    status: { conditions?: { type: string; status: string }[] };
  }

  /** A Job that gave up; one whose first try failed and whose second did not is no failed Job. */
  const gaveUp = ({ status }: Job) =>
    (status.conditions ?? []).some(({ type, status }) => type === "Failed" && status === "True");

  test("with a migration that fails: the pod says which one and why, and goes on when it is mended", async () => {
    await inside.flag("fail-migration");
    await inside.flag("fail-script-quietly");
    declare(project, "8.3.1", sections);
    const update = project.start("up", "-s", commune, "--yes");
    const code = await until("the server ends", 180, () => crashedWith("Cannot execute migration"));
    expect(code).not.toBe(0);
    expect(await inside.sql('SELECT "migrationVersion" FROM application')).toBe("820");
    await inside.unflag("fail-migration");

    // The same update goes on to the script that must be run by hand, which fails in words only.
    const { exitCode, all } = await update;
    expect(exitCode).not.toBe(0);
    expect(String(all)).toMatch(/peertube-scripts/);
    const logs = await inside.kubectl("logs", "--selector=app.kubernetes.io/component=scripts", "--tail=-1");
    expect(logs).toContain("PeerTube's script peertube-8.3 failed");
    expect(logs).not.toContain("peertube-8.3 is done");
    // The server of the new version serves meanwhile.
    expect((await visitor.json<{ serverVersion: string }>("/api/v1/config")).serverVersion).toBe("8.3.1");
  });

  test("ends with the script when its reason is mended, once", async () => {
    await inside.unflag("fail-script-quietly");
    const { items } = JSON.parse(await inside.kubectl("get", "jobs", "-o", "json")) as { items: Job[] };
    const advice = items.find(gaveUp)?.metadata.annotations["commune.cloud/when-it-fails"] ?? "";
    expect(advice).toContain("PeerTube 8.3.1 serves already.");
    expect(advice).toMatch(new RegExp(`Mend it, then: npx pulumi up -s ${commune}$`));
    await project.up(commune);
    expect(await inside.sql(`SELECT count(*) FROM "double" WHERE key = 'peertube-8.3'`)).toBe("1");
    const marks = await inside.kubectl(
      "exec",
      "deploy/peertube",
      "-c",
      "peertube",
      "--",
      "ls",
      "/data/commune-scripts",
    );
    expect(marks.split("\n")).toEqual(["peertube-8.1", "peertube-8.3"]);
    expect(Object.keys(await project.up(commune))).toEqual(["unchanged"]);
  });

  test("keeps the videos, the accounts and the sessions", async () => {
    expect(await visitor.json(`/api/v1/videos/${video}`)).toMatchObject({ name: "Conseil municipal" });
    expect((await visitor.ask(fileOf(video), { method: "HEAD" })).headers["content-length"]).toBe(
      String(bytes.length),
    );
    expect(await visitor.json("/api/v1/users/me", { headers: root })).toMatchObject({ username: "root" });
  });
});

describe("an association's channel in the next version", () => {
  channel.isOpenAgain();
  channel.goes();
});
