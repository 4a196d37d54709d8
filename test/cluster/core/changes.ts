import { describe, expect, test } from "vitest";
import { changesOf } from "../project.ts";
import { commune } from "./communes.ts";
import { look } from "./looks.ts";
import type { Core } from "./town.ts";

/** Tests of changes by hand, by declaration and by mistake. */
export function changes(core: Core): void {
  const { project } = core;
  const replicas = () =>
    core.kubectl(
      ...["get", "-n", `${commune}-nextcloud`, "deployment/nextcloud-cache"],
      ...["-o", "jsonpath={.status.readyReplicas}"],
    );

  // Each kind of object is in hand-edits.test.ts.
  test("a change made by hand is shown by a refresh, and undone by the next up", async () => {
    const patch = JSON.stringify({ data: { "configure.sh": "echo changed by hand" } });
    const nextcloud = `-n${commune}-nextcloud`;
    await core.kubectl("patch", nextcloud, "configmap/nextcloud", `--patch=${patch}`);
    await core.kubectl("scale", nextcloud, "deployment/nextcloud-cache", "--replicas=0");
    const preview = await project.succeed("preview", "--refresh", "-s", commune);
    expect(preview).toMatch(/~\s+kubernetes:apps\/v1:Deployment villeurbanne-nextcloud-cache update/);
    expect(preview).toMatch(/~\s+kubernetes:core\/v1:ConfigMap villeurbanne-nextcloud update/);
    await core.up("--refresh");
    expect(await replicas()).toBe("1");
    expect(await core.kubectl("get", nextcloud, "configmap/nextcloud", "-o", "yaml")).not.toContain(
      "changed by hand",
    );
  });

  describe("a change of the declaration", () => {
    test("shows its kind in the preview and restarts only what reads it", async () => {
      core.declare(commune, (text) =>
        text.replace("nextcloud: {}", "nextcloud: { settings: { loglevel: 1 } }"),
      );
      // Nextcloud's settings and pods; first its restore point with the authority that it trusts, and what each point says of the declaration.
      const unchanged = core.resources - 7;
      const preview = await project.succeed("preview", "-s", commune);
      expect(preview).toContain("Nextcloud restarts: nobody can use it for about a minute.");
      expect(preview).not.toContain("cache restarts");
      expect(changesOf(preview)).toEqual({ create: 3, update: 7, unchanged });
      expect(await core.up()).toEqual({ created: 3, updated: 7, unchanged });
      expect((await look(core)).nextcloud.status).toBe(200);
    });

    test("that restarts the database server says beforehand whose", async () => {
      const more = ["\nmastodon: {}", "\ndatabase: { memory: 4 GiB }\nmastodon: {}"] as const;
      core.declare(commune, (text) => text.replace(more[0], more[1]));
      const preview = await project.succeed("preview", "-s", commune);
      core.declare(commune, (text) => text.replace(more[1], more[0]));
      expect(preview).toContain(
        "The database server of nextcloud, mastodon, peertube restarts: for some seconds they answer with errors.",
      );
    });

    test("with mistakes is refused with every place, before anything is contacted", async () => {
      let line = 0;
      core.declare(commune, (text) => {
        line = text.split("\n").findIndex((each) => each.startsWith("nextcloud:")) + 1;
        return text.replace("nextcloud:", "nextclod:").replace("160000", "many");
      });
      const { exitCode, output } = await project.pulumi(["preview", "-s", commune]);
      core.declare(commune, (text) => text.replace("nextclod:", "nextcloud:").replace("many", "160000"));
      expect(exitCode).not.toBe(0);
      expect(output).toContain(`stacks/villeurbanne/commune.yaml:${line}:1`);
      expect(output).toContain('Did you mean "nextcloud"?');
      expect(output).toContain("2 problems. Nothing was changed.");
      expect(output).not.toMatch(/^\s+at /m);
    });
  });
}
