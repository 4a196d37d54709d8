import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { LostTown } from "./relocate/town.ts";

let town: LostTown;
beforeEach(async () => {
  town = await LostTown.open();
});
afterEach(() => town.close());

/** Status of the keeper of a new site, which has found where the log of the site before ends. */
const keeperOf = (from: string): KeeperStatus => ({
  ...{ at: "2026-11-26T12:10:00Z", server: "database", method: "log", rpoSeconds: 300 },
  ...{ confirmed: undefined, shipped: undefined, base: undefined, slot: undefined },
  spool: { usedBytes: 0, limitBytes: 1, isHeld: false },
  gaps: [{ from, to: undefined, reason: "it begins" }],
  ...{ vaults: [], dumps: [], failures: [] },
});

describe("between two clusters a move", () => {
  let first: string;
  /** Whether the last point can be taken, and whether the vault then has it. */
  let exitCode: number;
  let isBrought: boolean;
  /** Callback while it is taken. */
  let meantime: () => void;

  beforeEach(async () => {
    first = await town.point("33.0.7");
    [exitCode, isBrought, meantime] = [0, true, () => undefined];
    Object.assign(town.has, { cluster: "old", settings: { context: "here" } });
    town.kubectl = both;
  });

  /** Two clusters, on each of which one Deployment uses the volume behind one Ingress. */
  async function both(words: readonly string[], input?: string): Promise<string> {
    const all = words.join(" ");
    const [, where = ""] = /^--context=(\S+)/.exec(all) ?? [];
    if (all.includes("kube-system")) return where === "here" ? "old" : "new";
    if (all.includes("get namespaces")) return "";
    if (/ (scale|annotate|patch ingress) /.test(all)) town.done.push(all.replace(/ --namespace=\S+/, ""));
    if (input?.includes("restore-point") && where === "here") {
      town.done.push("the last point is taken");
      meantime();
      expect(input).not.toContain("affinity");
      if (isBrought) await town.point("33.0.7", 1, { sequence: 2, previous: first });
    }
    if (all.includes("get cronjob ")) {
      const pod = { affinity: { podAffinity: {} }, initContainers: [], containers: [{ name: "finish" }] };
      const jobTemplate = { spec: { template: { metadata: {}, spec: pod } } };
      return JSON.stringify({
        metadata: { namespace: "n", labels: { of: all.includes("restore-point") ? "restore-point" : "" } },
        spec: { jobTemplate },
      });
    }
    if (all.includes("get job ")) {
      const type = exitCode === 0 ? "Complete" : "Failed";
      return JSON.stringify({ status: { conditions: [{ type, status: "True" }] } });
    }
    if (all.includes("--selector=job-name")) {
      const message = exitCode === 0 ? '{"sequence":2,"takenAt":"2026-11-26T02:11:00Z"}' : "no room";
      const finish = { name: "finish", state: { terminated: { exitCode, message } } };
      return JSON.stringify({ items: [{ status: { containerStatuses: [finish] } }] });
    }
    if (!all.includes("--output=json")) return "";
    const annotations = Object.fromEntries(
      town.done
        .filter((line) => line.startsWith(`--context=${where} annotate`))
        .map((line) => line.split(" ").at(-1)?.split("=") ?? []),
    );
    const metadata = { name: "nextcloud", annotations };
    if (all.includes("get ingresses")) {
      return JSON.stringify({ items: [{ metadata, spec: { ingressClassName: "traefik" } }] });
    }
    if (!all.includes("get deployments")) return JSON.stringify({ items: [] });
    const volumes = [{ persistentVolumeClaim: { claimName: "nextcloud-data" } }];
    return JSON.stringify({ items: [{ metadata, spec: { replicas: 2, template: { spec: { volumes } } } }] });
  }

  const move = () => town.relocate(["--yes", "--planned", "--to", "elsewhere"]);

  test("that is planned says what becomes of the site that is left, and changes nothing before somebody says yes", async () => {
    const text = await town.relocate(["--planned", "--to", "elsewhere"]);
    expect(text).toMatch(/moves to the cluster new, as its site 2:\n {2}nextcloud is shut where it is now/);
    expect(text).toMatch(/standard input is no terminal/);
    expect(town.done).toEqual([]);
  });

  test("shuts the site, stops it, takes a last point, and brings that one back elsewhere", async () => {
    const text = await move();
    expect(text).toMatch(/villeurbanne is back/);
    expect(text).toMatch(/nextcloud: it is as of 2026-11-26T02:11:00Z-000002/);
    const here = town.done.filter((line) => !line.startsWith("--context=elsewhere"));
    expect(here).toEqual([
      "--context=here annotate --overwrite ingress nextcloud commune.cloud/class-before-restore=traefik",
      expect.stringMatching(/^--context=here patch ingress nextcloud .*"shut"/),
      "--context=here annotate --overwrite deployment nextcloud commune.cloud/replicas-before-restore=2",
      "--context=here scale deployment nextcloud --replicas=0",
      "the last point is taken",
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
    expect(await (await town.asGuest("/once/incarnation-2")).text()).toBe('{"cluster":"new"}');
  });

  test("that is interrupted after the vaults know of it says so, leaves the old site shut, and goes on from there", async () => {
    town.whileUp = () => process.emit("SIGTERM");
    const text = await move();
    expect(text).toMatch(
      /It stops when what runs has ended\.\nit was interrupted\.\nTo go on with the move, run commune relocate again\.\nThe site that was left stays shut, with its data \(context here\)\.$/,
    );
    expect(town.done.at(-1)).toBe("up");
    town.whileUp = () => undefined;
    [town.done, town.has.settings, town.has.cluster] = [
      [],
      { context: "elsewhere", incarnation: "2" },
      undefined,
    ];
    expect(await move()).toMatch(
      /goes on to come back[\s\S]*as of 2026-11-26T02:11:00Z-000002[\s\S]*is back/,
    );
    expect(town.done[0]).toBe("up");
    expect(town.done.filter((line) => line.startsWith("--context=here"))).toEqual([]);
  });

  test.each([
    [
      "cannot be taken",
      () => {
        exitCode = 1;
      },
      /no last restore point of nextcloud could be taken\. no room/,
    ],
    [
      "is at no vault",
      () => {
        isBrought = false;
      },
      /the vaults do not give the last points/,
    ],
    [
      "is the moment of a Ctrl-C",
      () => {
        meantime = () => process.emit("SIGTERM");
      },
      /then the site lets people in again\.[\s\S]*it was interrupted\.\nThe site is as it was/,
    ],
  ])("lets people in again where the last point %s, and nobody has moved", async (_, happens, why) => {
    happens();
    expect(await move()).toMatch(why);
    expect(town.done.slice(-4).map((line) => line.replace("--context=here ", ""))).toEqual([
      "scale deployment nextcloud --replicas=2",
      "annotate --overwrite deployment nextcloud commune.cloud/replicas-before-restore-",
      expect.stringMatching(/^patch ingress nextcloud .*"traefik"/),
      "annotate --overwrite ingress nextcloud commune.cloud/class-before-restore-",
    ]);
    expect(await (await town.asGuest("/once/")).text()).not.toContain("incarnation");
  });

  test("says so where the site that was to be left cannot let people in again, and why it stopped", async () => {
    exitCode = 1;
    town.kubectl = async (words, input) => {
      if (words.includes("--replicas=2")) throw new Error("the server does not answer");
      return both(words, input);
    };
    expect(await move()).toMatch(
      /no room\nAnd not all of it lets people in again: .*does not answer\nIts data is untouched\. .*pulumi up -s villeurbanne --refresh/,
    );
  });

  test.each([
    ["newer than the points", "2026-11-26T11:58:01.5Z", true],
    ["older than them", "2026-11-26T02:09:59Z", false],
  ])(
    "after a disaster, rows of the log that are %s are told, with the line that brings them",
    async (_, from, isTold) => {
      town.has.cluster = undefined;
      town.kubectl = async (words, input) =>
        words.includes("keeper-0") ? JSON.stringify(keeperOf(from)) : both(words, input);
      const text = await town.relocate(["--yes", "--to", "elsewhere"]);
      expect(text).toMatch(/villeurbanne is back/);
      const line = `database: the rows of until ${from} are at bron too. To have them, with the files of before: database: { restoreFrom: { vault: bron, at: ${from} } }, npx pulumi up, then npx commune restore villeurbanne --service nextcloud --tell`;
      expect(text.includes(line)).toBe(isTold);
    },
  );

  test("is refused where the site does not answer, or is another one than the stack's", async () => {
    town.has.cluster = "third";
    expect(await move()).toMatch(/does not answer through the context here.*leave out --planned/);
    expect(town.done).toEqual([]);
  });
});
