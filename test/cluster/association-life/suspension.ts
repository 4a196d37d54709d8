import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { withoutSuspension, withSuspension } from "../../../components/tenants/tenant/file.ts";
import { archiveOf, postsIn, takeAlong } from "./leaving.ts";
import { commune, type Town } from "./town.ts";
import { picture } from "./writing.ts";

const suspended = ["chorale", "cinema"] as const;

/** Associations that are suspended: one with everything, one with pages of files alone. */
export function suspension(town: Town): void {
  const inChorale = ["-n", `${commune}-t-chorale`];
  const posts = () => town.rows("wp_posts", "wp_postmeta", "wp_users");
  const seen = async () => ({
    files: await town.files(),
    posts: await posts(),
    events: await town.events("chorale"),
  });
  const frontOfPages = () =>
    town.kubectl("get", "configmaps", "-n", `${commune}-t-cinema`, "--output=jsonpath={.items[*].data}");

  describe("an association that is suspended", () => {
    let before: Awaited<ReturnType<typeof seen>>;
    let asleep = "";
    beforeAll(async () => {
      before = await seen();
      for (const id of suspended)
        town.rewrite(id, (text) => withSuspension(text, { since: "2026-11-27", reason: "Sur demande." }));
      await town.up();
      asleep = await town.rows();
    });

    test("answers at every address that it is suspended, to people and programs", async () => {
      const { site, wiki, post } = town;
      const paths = [`${site}/`, post, `${site}/index.html`, `${site}/wp-login.php`, `${wiki}/repetitions`];
      for (const url of [...paths, town.agenda("chorale")]) {
        // The ingress controller answers 503 by itself until it hears of the notice's pod.
        const retry = async () => (await town.asked(url)).headers.get("retry-after");
        await expect.poll(retry, { timeout: 60_000, interval: 1000 }).toBe("86400");
        const answer = await town.asked(url);
        expect(answer.status).toBe(503);
        expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
        const text = await answer.text();
        expect(text, url).toContain("Ce site est suspendu depuis le 27 novembre 2026.");
        expect(text).toContain('href="mailto:bureau@chorale.test"');
        expect(text).not.toContain("Sur demande");
      }
      expect((await town.asked(`${site}/xmlrpc.php`, { method: "POST", body: "x" })).status).toBe(503);
    });

    test("runs nothing but that page", async () => {
      const images = "--output=jsonpath={.items[*].spec.containers[*].image}";
      const running = () =>
        town.kubectl("get", "pods", ...inChorale, "--field-selector=status.phase=Running", images);
      await expect.poll(running, { timeout: 60_000 }).toMatch(/^(\S*nginx-unprivileged:\S+ ?){4}$/);
      const timed = (await town.kubectl("get", "cronjobs,jobs", ...inChorale, "--output=name")).split("\n");
      // The commune copies what the association keeps still.
      expect(timed.filter((name) => !name.includes("batch/restore-"))).toEqual([]);
    });

    test("that has pages of files alone has the notice in their place", async () => {
      expect(await frontOfPages()).toContain("location / { return 503; }");
    });

    test("has a restore point all the same", async () => {
      expect(await town.point("chorale", "mobilizon")).toMatch(/^\S+Z-\d{6}$/);
    });

    test("can still take everything along, and nothing of it has changed", async () => {
      const [served, folder] = [archiveOf(town), join(town.project.folder, "archive-suspended")];
      await takeAlong(town, folder);
      expect(postsIn(folder)).toEqual(postsIn(served));
      for (const file of ["wordpress", "dokuwiki", "radicale"].map((each) => `${each}/fichiers.tar`)) {
        const sums = await Promise.all(
          [folder, served].map((each) => execa("sha256sum", [join(each, file)])),
        );
        expect(sums[0]?.stdout.slice(0, 64), file).toBe(sums[1]?.stdout.slice(0, 64));
      }
      const exits = ["--selector=app.kubernetes.io/component=exit", "--output=name"];
      const left = () => town.kubectl("get", "pods", ...inChorale, ...exits);
      await expect.poll(left, { timeout: 60_000 }).toBe("");
      expect(await town.rows()).toBe(asleep);
      expect(await town.events("chorale")).toBe(before.events);
    });

    test("comes back with the same bytes", async () => {
      for (const id of suspended) town.rewrite(id, withoutSuspension);
      await town.up();
      await town.comes(town.post, 200);
      await town.comes(`${town.wiki}/repetitions`, 200);
      await town.shows("chorale", "<h2>Concert d’été</h2>");
      expect(await seen()).toEqual(before);
      const page = await (await town.asked(town.post)).text();
      const [address = ""] = /https:[^"]*concert\.png/.exec(page) ?? [];
      expect(Buffer.from(await (await town.asked(address)).arrayBuffer()).equals(picture)).toBe(true);
      expect(await frontOfPages()).not.toContain("return 503");
      expect(before.files.uploads).toContain("concert.png");
      expect(before.files.pages).toContain("repetitions.txt");
      const timed = await town.kubectl("get", "cronjobs", ...inChorale, "--output=name");
      expect(timed).toContain("wordpress-events");
    });
  });
}
