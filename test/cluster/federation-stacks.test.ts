import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { readLog } from "../../audit/approval/log.ts";
import { headOf } from "../../audit/log.ts";
import type { Directory } from "../../components/federation/directory.ts";
import { type DeclaredLink, linkKey } from "../../components/federation/settings.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { directoryCommand } from "../../scripts/directory.ts";
import { federationText, isSettled } from "../../scripts/federation.ts";
import { verifyLogCommand } from "../../scripts/verify-log.ts";
import { approversOf, logOf, signer } from "../audit/approval/signers.ts";
import { drawRounds, Rounds } from "../campaigns/federation/rounds.ts";
import { Citizen } from "./federation/citizen.ts";
import { Metropolis, smallServices } from "./federation/metropolis.ts";

const members = [
  { id: "dardilly", insee: "69072", domain: "dardilly.test" },
  { id: "ecully", insee: "69081", domain: "ecully.test" },
];
const cluster = openCluster(inject("cluster"));
let metropolis: Metropolis;

const administrator = signer("équipe numérique", "administrator");
/** Writes the log of approvals of the first of them, as long as so many proposals. */
const writeLog = (count: number) =>
  writeFileSync(
    join(metropolis.project.folder, "stacks/dardilly/approvals.jsonl"),
    logOf("dardilly", administrator, count),
  );
const headOfLog = (count: number) => headOf(readLog(logOf("dardilly", administrator, count)));

/** Returns what `commune verify-log` says of that log, and its exit code. */
async function verify(...words: string[]): Promise<{ said: string; code: number }> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  process.exitCode = undefined;
  try {
    const command = verifyLogCommand(join(metropolis.project.folder, "stacks"));
    await command.parseAsync(["dardilly", ...words], { from: "user" });
    return { said: log.mock.calls.join("\n"), code: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = undefined;
    log.mockRestore();
  }
}

/** Shows pods what was mounted into them as it is now: the kubelet looks automatically once a minute. */
const mountAgain = (id: string) =>
  metropolis.kubectl(
    ...["-n", `${id}-federation`, "annotate", "pods", "--all", "--overwrite", `looked=${Date.now()}`],
  );

const up = (id: string) => metropolis.project.up(id);

/** The key of a peer as one side of a link carries it. */
async function keyOf(id: string, peer: string): Promise<string | undefined> {
  const path = `jsonpath={.data.${linkKey.replace(".", "\\.")}}`;
  const words = ["-n", `${id}-federation`, "get", "configmap", `link-${peer}`, "-o", path];
  return (JSON.parse(await metropolis.kubectl(...words)) as DeclaredLink).publicKey;
}

async function publishedKey(id: string): Promise<string> {
  const output = await metropolis.project.succeed("stack", "output", "federation", "--json", "-s", id);
  return (JSON.parse(output) as { publicKey: string }).publicKey;
}

beforeAll(async () => {
  metropolis = new Metropolis(cluster, members);
  for (const { id } of members) {
    metropolis.declare(id, { with: "all", period: "10 seconds" }, {});
    await metropolis.createStack(id);
  }
  writeFileSync(
    join(metropolis.project.folder, "stacks/dardilly/approvers.yaml"),
    approversOf(administrator),
  );
  writeLog(3);
});

afterAll(async () => {
  await metropolis.project.end(...members.map(({ id }) => id));
});

describe("communes whose stacks are in the same backend", () => {
  test("know each other by the keys that their stacks say, also where one was brought up before the other", async () => {
    metropolis.know({ dardilly: { stack: "dardilly" }, ecully: { stack: "ecully" } });
    await up("dardilly");
    expect(await keyOf("dardilly", "ecully")).toBeUndefined();
    await up("ecully");
    expect(await keyOf("ecully", "dardilly")).toBe(await publishedKey("dardilly"));
    expect(await up("dardilly")).toEqual({ updated: 1, unchanged: expect.any(Number) });
    expect(await keyOf("dardilly", "ecully")).toBe(await publishedKey("ecully"));
  });

  test("read each other's signed descriptors, and hold them for the peer's by that key", async () => {
    const known = async () =>
      Promise.all(
        [
          ["dardilly", "ecully"],
          ["ecully", "dardilly"],
        ].map(async ([id = "", peer = ""]) => {
          const found = (await metropolis.status(id).catch(() => undefined))?.[peer];
          return { seen: found?.seen !== undefined, silent: found?.silent?.why, first: found?.firstKey };
        }),
      );
    const good = { seen: true, silent: undefined, first: undefined };
    await expect.poll(known, { timeout: 90_000, interval: 1000 }).toEqual([good, good]);
  });

  test("remember each other's log of approvals, so that a last line that was taken away is noticed", async () => {
    const { host } = new URL(cluster.endpoints?.https ?? "");
    const peers = ["--peers", "--address", host, "--ca", cluster.caFile];
    const seen = async () => (await metropolis.status("ecully")).dardilly;
    await expect
      .poll(async () => (await seen())?.approvals, { timeout: 60_000 })
      .toMatchObject([headOfLog(3)]);
    // Ecully tells everybody in its own signed descriptor.
    await expect
      .poll(() => verify(...peers), { timeout: 60_000 })
      .toEqual({
        said: expect.stringMatching(/ecully: remembers 3 lines[\s\S]*Each line holds\.$/m),
        code: 0,
      });

    writeLog(2);
    // By itself it holds: each line is signed, and follows the one before it.
    expect(await verify()).toEqual({ said: expect.stringContaining("Each line holds."), code: 0 });
    const lacking = "ecully remembers 3 lines, and there are 2: the last one was taken away";
    expect(await verify(...peers)).toEqual({ said: expect.stringContaining(lacking), code: 1 });

    await up("dardilly");
    await mountAgain("dardilly");
    await expect
      .poll(async () => (await seen())?.alarm, { timeout: 150_000, interval: 1000 })
      .toBe("its log of approvals had 3 lines, and has 2");
    const status = await metropolis.status("ecully");
    expect(isSettled(status)).toBe(false);
    expect(federationText("ecully", status, new Date())).toContain(
      "✘ dardilly: its log of approvals had 3 lines",
    );
    expect(await metropolis.metrics("ecully")).toContain(
      'commune_federation_peer_log_alarm{peer="dardilly"} 1',
    );

    // Whoever puts it back is believed again.
    writeLog(3);
    await up("dardilly");
    await mountAgain("dardilly");
    await expect
      .poll(async () => (await seen())?.alarm, { timeout: 150_000, interval: 1000 })
      .toBeUndefined();
  });

  test("act on a change of `federation:` when `up` has ended, and not a period later", async () => {
    const slow = { with: "all", period: "1 hour" };
    for (const { id } of members) {
      metropolis.declare(id, slow, {});
      await up(id);
    }
    const ecully = async () => (await metropolis.status("dardilly")).ecully;
    // Whom everybody answers runs again after the period, and ten seconds after a question that came before they did.
    const rests = async (id: string, peer: string) => {
      const told = await metropolis.metrics(id).catch(() => "");
      const [, ended] = /^commune_federation_last_success_timestamp_seconds (\S+)$/m.exec(told) ?? [];
      return (
        told.includes(`commune_federation_peer_answers{peer="${peer}"} 1`) &&
        Number(ended) > 0 &&
        Date.now() / 1000 - Number(ended) > 10
      );
    };
    await expect.poll(() => rests("dardilly", "ecully"), { timeout: 120_000, interval: 500 }).toBe(true);
    await expect.poll(() => rests("ecully", "dardilly"), { timeout: 120_000, interval: 500 }).toBe(true);
    const runs = () => Promise.all(members.map(({ id }) => metropolis.runs(id)));
    for (const [federation, isThere] of [
      [{ ...slow, except: ["ecully"] }, false],
      [slow, true],
    ] as const) {
      const [before = 0, others] = await runs();
      metropolis.declare("dardilly", federation, {});
      await up("dardilly");
      const ended = Date.now();
      // Five seconds until it looks, and one run.
      await expect
        .poll(async () => (await ecully()) !== undefined, { timeout: 10_000, interval: 200 })
        .toBe(isThere);
      // It ran for this alone; its peer, which nothing was declared to, rested.
      expect(await runs()).toEqual([before + 1, others]);
      console.log(
        `A link ${isThere ? "declared" : "taken out"}: acted on ${Date.now() - ended} ms after up.`,
      );
    }
    for (const { id } of members) {
      metropolis.declare(id, { ...slow, period: "10 seconds" }, {});
      await up(id);
    }
  });

  test("are in the directory of the metropolis, and stay there as last known when they do not answer", async () => {
    const out = join(metropolis.project.folder, "annuaire");
    const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
    const directory = async () => {
      const words = ["--out", out, "--address", `${hostname}:${port}`, "--ca", cluster.caFile];
      const command = directoryCommand(join(metropolis.project.folder, "stacks"));
      await command.parseAsync(words, { from: "user" });
      const { members } = JSON.parse(readFileSync(join(out, "directory.json"), "utf8")) as Directory;
      return members.map(({ id, problem, descriptor }) => [
        id,
        problem,
        descriptor?.peers.map((peer) => peer.id),
      ]);
    };
    expect(await directory()).toEqual([
      ["dardilly", undefined, ["ecully"]],
      ["ecully", undefined, ["dardilly"]],
    ]);
    await metropolis.kubectl("-n", "ecully-federation", "scale", "deployment", "--all", "--replicas=0");
    await expect.poll(directory, { timeout: 30_000, interval: 1000 }).toEqual([
      ["dardilly", undefined, ["ecully"]],
      ["ecully", expect.stringMatching(/^answered 50/), ["dardilly"]],
    ]);
    expect(readFileSync(join(out, "index.html"), "utf8")).toContain("il y a moins d’une heure");
  });

  test("have the same links when the keys are written in federation.yaml instead", async () => {
    const [dardilly, ecully] = [await publishedKey("dardilly"), await publishedKey("ecully")];
    metropolis.know({ dardilly: { publicKey: dardilly }, ecully: { publicKey: ecully } });
    expect(await up("dardilly")).toEqual({ unchanged: expect.any(Number) });
  });

  test("are told when a stack that the metropolis names is another commune's, or is not there", async () => {
    const preview = async (stack: string) => {
      metropolis.know({ ecully: { stack } });
      return metropolis.project.pulumi(["preview", "-s", "dardilly"]);
    };
    const other = await preview("dardilly");
    expect(other.exitCode).not.toBe(0);
    expect(other.output).toContain(
      'members.ecully.stack: "dardilly" is the stack of dardilly.test, and ecully is at ecully.test.',
    );
    const absent = await preview("lyon");
    expect(absent.exitCode).not.toBe(0);
    expect(absent.output).toMatch(/stack .*lyon/);
  });
});

test("a short sample of `npm run campaign federation`: linked, then parted by one side, while pods are killed", async () => {
  const { peertube } = smallServices;
  const both = { dardilly: ["ecully"], ecully: ["dardilly"] };
  const rounds = drawRounds(
    metropolis.ids,
    [
      ["federation", "reconciler"],
      ["peertube", "web"],
    ],
    { seed: 168, count: 2 },
  );
  expect(rounds.map(({ declared }) => declared)).toEqual([both, { ...both, dardilly: [] }]);
  const citizen = new Citizen(cluster, metropolis);
  const campaign = new Rounds(metropolis, citizen, { peertube }, ["video"], both);
  try {
    metropolis.know({});
    await metropolis.kubectl("-n", "ecully-federation", "scale", "deployment", "--all", "--replicas=1");
    campaign.declare(both);
    // Side by side, unlike the campaign's: their services take longer than the rounds.
    await Promise.all(members.map(({ id }) => up(id)));
    for (const round of rounds) {
      const { wrong, text } = await campaign.play(round);
      console.log(text);
      expect(wrong).toEqual([]);
    }
  } finally {
    await citizen.close();
  }
});
