import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planOf } from "../../scripts/recovery/points.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { LostTown } from "./relocate/town.ts";

let town: LostTown;
beforeEach(async () => {
  town = await LostTown.open();
});
afterEach(() => town.close());

describe("of a commune that hosts an association", () => {
  const applications = ["t-chorale-wordpress", "t-chorale-dokuwiki"];

  beforeEach(async () => {
    town.declare("33.0.7", "bron", "tenants: { domain: assos-villeurbanne.test, mariadb: {} }\n");
    mkdirSync(join(town.folder, "stacks", "villeurbanne", "tenants"));
    writeFileSync(
      join(town.folder, "stacks", "villeurbanne", "tenants", "chorale.yaml"),
      tenantText("chorale", "applications: { wordpress: {}, dokuwiki: { access: public } }\n"),
    );
    await town.point("33.0.7");
  });

  /** The points of its applications, of the versions that this toolkit has, or of others. */
  async function applicationPoints(names = applications, version?: string): Promise<void> {
    const { points } = planOf({ stacks: join(town.folder, "stacks") }, "villeurbanne");
    for (const { service, settings } of points)
      if (names.includes(service))
        await town.point(version ?? settings.running.version, 1, {
          whose: { commune: "villeurbanne", service },
        });
  }

  /** A cluster on which every run ends well; notes where each was. */
  async function ends(words: readonly string[], input?: string): Promise<string> {
    const all = words.join(" ");
    if (all.includes("kube-system")) return "new";
    if (all.includes("get namespaces")) return "";
    if (all.includes("exec ")) town.done.push(`${all.replace(/.*(--namespace=\S+ \S+).*/s, "$1")} rows`);
    if (words.includes("create") && input !== undefined) {
      const { metadata, spec } = JSON.parse(input);
      town.done.push(`${metadata.namespace} ${spec.template.spec.containers[0].args ?? ""}`.trim());
    }
    const [, namespace = "", cronJob = ""] = /--namespace=(\S+) get cronjob (\S+)/.exec(all) ?? [];
    if (cronJob !== "") {
      const name = /^restore(-dokuwiki|-wordpress)?$/.test(cronJob) ? "restore" : "finish";
      const jobTemplate = { spec: { template: { metadata: {}, spec: { containers: [{ name }] } } } };
      const metadata = { name: cronJob, namespace: `${namespace}/${cronJob}`, labels: {} };
      return JSON.stringify({ metadata, spec: { jobTemplate } });
    }
    if (all.includes("get job "))
      return JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } });
    if (all.includes("--selector=job-name")) {
      const message = '{"sequence":2,"takenAt":"2026-11-26T12:11:00Z"}';
      const finish = { name: "finish", state: { terminated: { exitCode: 0, message } } };
      return JSON.stringify({ items: [{ status: { containerStatuses: [finish] } }] });
    }
    return all.includes("--output=json") ? JSON.stringify({ items: [] }) : "";
  }

  test("an application without a point is told as a service is, and begins empty where it is named", async () => {
    await applicationPoints(["t-chorale-dokuwiki"]);
    expect(await town.relocate(["--yes"])).toMatch(
      /t-chorale-wordpress: there is no restore point\. .*--lost t-chorale-wordpress/,
    );
    const text = await town.relocate(["--lost", "t-chorale-wordpress"]);
    expect(text).toContain("  t-chorale-wordpress begins empty: it has no restore point");
    expect(text).toContain("  t-chorale-dokuwiki with its files of 2026-11-26T02:10:00Z-000001");
    expect(town.done).toEqual([]);
  });

  test("an application's point of newer software is refused, and one of older is brought up at its start", async () => {
    await applicationPoints(["t-chorale-dokuwiki"], "2023-04-04a");
    await applicationPoints(["t-chorale-wordpress"], "99.1.0-php8.4");
    const text = await town.relocate(["--yes"]);
    expect(text).toMatch(
      /t-chorale-wordpress is \S+ in this toolkit, and the point is of 99\.1\.0-php8\.4: older software does not read/,
    );
    expect(text).not.toContain("t-chorale-dokuwiki is");
    expect(town.done).toEqual([]);
  });

  test("each application comes back in its association's namespace, with rows where it has some", async () => {
    await applicationPoints();
    town.kubectl = ends;
    const text = await town.relocate(["--yes"]);
    expect(text).toMatch(/villeurbanne is back/);
    for (const each of ["nextcloud", ...applications])
      expect(text).toMatch(new RegExp(`${each}: it is as of 2026-11-26T02:10:00Z-000001`));
    const of = (part: string) => town.done.filter((line) => line.includes(part));
    expect(of("villeurbanne-t-chorale/restore-dokuwiki").map((line) => line.split(" ")[1])).toEqual([
      ...["bring", "there", "release"],
    ]);
    expect(of("restore-rows-wordpress")).toHaveLength(1);
    expect(of("restore-rows-dokuwiki")).toEqual([]);
    // An empty database beside, the exchange, and what it leaves.
    expect(of("villeurbanne-mariadb mariadb-0")).toHaveLength(3);
    for (const each of ["wordpress", "dokuwiki"]) expect(of(`restore-point-${each}`)).toHaveLength(1);
  });

  test("a planned move takes a last point of each of them where it is left", async () => {
    await applicationPoints();
    Object.assign(town.has, { cluster: "old", settings: { context: "here" } });
    town.kubectl = async (words, input) =>
      words.includes("--context=here") && words.includes("kube-system") ? "old" : ends(words, input);
    const text = await town.relocate(["--yes", "--planned", "--to", "elsewhere"]);
    for (const each of applications) expect(text).toContain(`${each} is shut where it is now`);
    for (const each of applications)
      expect(text).toContain(`${each}, where it was: its last restore point is taken.`);
    // What was "taken" is at no vault here.
    expect(text).toContain("the vaults do not give the last points");
  });
});
