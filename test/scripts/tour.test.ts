import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readApprovers } from "../../audit/approval/approvers.ts";
import { messagesSince } from "../../audit/messages.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { revisionOf } from "../../components/commune/revision.ts";
import { readRequest } from "../../components/tenants/requests/request.ts";
import { checkout } from "../../local/paths.ts";
import {
  approversText,
  communeLines,
  neighbourLines,
  signers,
  withStack,
} from "../../scripts/demo/tour/declared.ts";
import { Applicant } from "../../scripts/demo/tour/form.ts";
import { Journal } from "../../scripts/demo/tour/journal.ts";
import { TourProject } from "../../scripts/demo/tour/project.ts";
import type { Step, Tour } from "../../scripts/demo/tour/step.ts";
import { commit } from "../../scripts/demo/tour/verb.ts";
import { takenBack, tourSteps, walk } from "../../scripts/demo/tour.ts";
import { signer } from "../audit/approval/signers.ts";
import { lettersPage } from "../doubles/mailbox/page.ts";
import { choir, RunningForm } from "../programs/requests/form.ts";

const pair = {
  ...{ commune: "villeurbanne", domain: "villeurbanne.test", contact: "numerique@villeurbanne.test" },
  ...{ neighbour: "albigny-sur-saone", associations: "assos-villeurbanne.test" },
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tour-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("what the tour declares", () => {
  const stacks = () => join(root, "stacks");
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(stacks(), file);
    writeFileSync(path, change(existsSync(path) ? readFileSync(path, "utf8") : ""));
  };

  test("is right beside what this checkout declares: a form, a relay, copies with the neighbour that has room", () => {
    cpSync(join(checkout, "stacks"), stacks(), { recursive: true });
    edit("villeurbanne/commune.yaml", (text) => text + communeLines(pair));
    edit("albigny-sur-saone/commune.yaml", (text) => text + neighbourLines(pair));
    edit("federation.yaml", (text) => withStack(text, "villeurbanne"));
    const plan = (id: string) => {
      const loaded = loadCommune(stacks(), id);
      if (!loaded.ok) throw loaded.error;
      const { declaration, federation: metropolis, places, portal } = loaded;
      const site = { storageClass: undefined, privatePeers: [] };
      return planCommune(declaration, site, { metropolis, places: places?.places, portal });
    };
    const { requests, points } = plan("villeurbanne");
    expect(requests).toMatchObject({ tenantsDomain: pair.associations, contact: pair.contact });
    expect(points[0]?.settings.vaults).toEqual([pair.neighbour]);
    expect(plan("albigny-sur-saone").vaults?.map(({ guest }) => guest)).toEqual(["villeurbanne"]);
    expect(readFileSync(join(stacks(), "federation.yaml"), "utf8")).toContain(
      "  villeurbanne:\n    stack: villeurbanne\n    name: Villeurbanne\n",
    );
  });

  test("tells where a member's key is from once, and refuses a metropolis without it", () => {
    const once = withStack("members:\n  bron:\n    name: Bron\n", "bron");
    expect(once).toBe("members:\n  bron:\n    stack: bron\n    name: Bron\n");
    expect(withStack(once, "bron")).toBe(once);
    expect(() => withStack(once, "lyon")).toThrow("has no member lyon");
  });

  test("lets three functions sign, of whom one is an official", () => {
    cpSync(join(checkout, "stacks", "villeurbanne"), join(stacks(), "villeurbanne"), { recursive: true });
    const key = () => `${signer("x", "official").line}\n`;
    const keys = { administrator: key(), official: key(), "data-protection": key() };
    edit("villeurbanne/approvers.yaml", () => approversText(keys, "2026-11-27"));
    const read = readApprovers(stacks(), "villeurbanne");
    expect(read).toMatchObject({ ok: true });
    expect(read.ok && read.approvers.map(({ name, role }) => [role, name])).toEqual(Object.entries(signers));
  });
});

describe("an association that asks", () => {
  let form: RunningForm;
  const applicant = () =>
    new Applicant({
      origin: form.address,
      letters: async () => form.mailroom.letters,
      contact: "numerique@bron.test",
    });
  beforeEach(async () => {
    form = await new RunningForm().open();
  });
  afterEach(() => form.close());

  test("gets its request to the commune, signed, by the form, the letter and the button", async () => {
    const signed = await applicant().ask(choir, async () => {
      form.now += 10_000;
    });
    const read = readRequest(Buffer.from(signed), form.keys.publicKey);
    expect(read).toMatchObject({ request: { id: "chorale", name: choir.name, rna: "W691234567" } });
    expect(form.mailroom.letters.map(({ to }) => to)).toEqual([
      [choir.contact],
      ["numerique@bron.test"],
      [choir.contact],
    ]);
    const page = lettersPage(form.mailroom.letters);
    // The oldest first, each by its subject, with its day.
    expect(
      [...page.matchAll(/<h2>(.*)<\/h2>\n.*?À ([^<]*)/g)].map(([, subject, to]) => [to, subject]),
    ).toEqual([
      ["bureau@chorale.test", "Confirmez la demande de votre association à la ville de Bron"],
      ["numerique@bron.test", expect.stringContaining("Chorale des Gratte-Ciel")],
      ["bureau@chorale.test", "Votre demande est arrivée à la ville de Bron"],
    ]);
    expect(page).toContain("Avec le fichier demande-chorale.json");
    expect(page.match(/<time datetime="20\d\d-/g)).toHaveLength(3);
    expect(page).toMatch(/<a href="https:\/\/bron\.test\/demande-association\/confirmer\?d=[\w.-]+">/);
    expect(page).not.toContain("Content-T");
  });

  test("is told what the form says of a wrong answer", async () => {
    const asking = applicant().ask({ ...choir, rna: "12" }, async () => undefined);
    await expect(asking).rejects.toThrow(
      /demande-association answered 422: Ce numéro n’est pas un numéro RNA/,
    );
  });
});

test("the copy is a commune's own repository: the toolkit as a package, the declarations once, and none of them as links", () => {
  const project = new TourProject(root, () => ({}));
  expect(project.isThere).toBe(false);
  project.prepare();
  for (const file of ["Pulumi.yaml", "index.js", ".gitlab-ci.yml", "node_modules/.bin/commune"])
    expect(existsSync(join(project.folder, file)), file).toBe(true);
  expect(realpathSync(join(project.folder, "node_modules", "commune-cloud"))).toBe(realpathSync(checkout));
  expect(existsSync(join(project.folder, "components"))).toBe(false);
  const declaration = join(project.stacks, "villeurbanne", "commune.yaml");
  const before = readFileSync(join(checkout, "stacks", "villeurbanne", "commune.yaml"), "utf8");
  project.edit("villeurbanne", "commune.yaml", (text) => `${text}# more\n`);
  project.prepare();
  expect(readFileSync(declaration, "utf8")).toBe(`${before}# more\n`);
  expect(readFileSync(join(checkout, "stacks", "villeurbanne", "commune.yaml"), "utf8")).toBe(before);
});

test("the copy is a repository of its own, with the checkout's history and a commit for each step that changed something", async () => {
  const project = new TourProject(root, () => ({}));
  project.prepare();
  const git = async (folder: string, ...words: string[]) =>
    (await execa("git", ["-C", folder, ...words])).stdout.trim();
  const first = await git(project.folder, "rev-parse", "HEAD");
  expect(await git(project.folder, "rev-parse", "HEAD^")).toBe(await git(checkout, "rev-parse", "HEAD"));
  expect(revisionOf(project.stacks, "villeurbanne")).toEqual({ commit: first, isDirty: false });
  // Keys, letters and settings are in no commit.
  mkdirSync(join(project.folder, ".keys"));
  for (const file of [".keys/official", "stacks/Pulumi.villeurbanne.yaml"])
    writeFileSync(join(project.folder, file), "secret: x\n");
  const typed: string[] = [];
  const tell = {
    say: () => undefined,
    output: () => undefined,
    command: (words: string) => void typed.push(words),
  };
  commit({ project, tell }, "nothing");
  project.edit("villeurbanne", "commune.yaml", (text) => `${text}# more\n`);
  expect(revisionOf(project.stacks, "villeurbanne")).toEqual({ commit: first, isDirty: true });
  commit({ project, tell }, "Une place");
  expect(typed).toEqual(['git add --all; git commit --message "Une place"']);
  expect(await messagesSince(project.stacks, "villeurbanne", first)).toMatchObject({
    told: [{ author: "équipe numérique", subject: "Une place" }],
    isUnrecorded: false,
  });
  expect(await git(project.folder, "show", "--name-only", "--format=", "HEAD")).toBe(
    "stacks/villeurbanne/commune.yaml",
  );
});

test("what was taken back is forgotten, and done again", () => {
  const journal = new Journal(root);
  expect(journal.forget(takenBack)).toEqual([]);
  for (const { id } of tourSteps) journal.write(id, { seconds: 1, looks: [] });
  expect(journal.forget(takenBack)).toEqual(["copies", "log"]);
  expect(Object.keys(journal.read())).toEqual(["change", "approval", "association"]);
});

describe("the walk", () => {
  const went: string[] = [];
  const step = (id: string, fails = false): Step => ({
    id,
    title: { en: `Step ${id}`, fr: `Étape ${id}` },
    async go({ tell }) {
      went.push(id);
      tell.say(`${"word ".repeat(30)}end.`);
      tell.command("npx pulumi up -s bron");
      tell.output("one\n\ntwo");
      if (fails) throw new Error("the cluster is gone");
      return [
        { what: "a page", where: "https://bron.test:8443/" },
        { what: "a file", where: join(root, "report.html") },
      ];
    },
  });
  const take = async (steps: readonly Step[], interrupted = new AbortController().signal) => {
    const printed: string[] = [];
    went.length = 0;
    const tour = { pair: { ...pair, commune: "bron" } } as unknown as Omit<Tour, "tell">;
    const journal = new Journal(root);
    const print = (text: string) => printed.push(text);
    const ended = await walk(tour, { journal, from: root, steps, interrupted, print }).then(
      () => "",
      (error: Error) => error.message,
    );
    return { text: printed.join("\n"), ended };
  };

  test("tells sentences, commands, answers, what to look at and how long it took, in lines that fit", async () => {
    const { text } = await take([step("a")]);
    expect(text).toMatch(/^ {2}1\. Step a$/m);
    expect(text).toMatch(/^ {5}\$ npx pulumi up -s bron\n {7}one\n\n {7}two\n/m);
    expect(text).toContain(
      "     Look  https://bron.test:8443/   (a page)\n     Look  report.html   (a file)",
    );
    expect(text).toMatch(/^ {5}1 s\n$[\s\S]*^ {2}All 1 steps took 1 s\.$/m);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(110);
  });

  test("stops where a step fails, says how to go on, and goes on there", async () => {
    const first = await take([step("a"), step("b", true), step("c")]);
    expect(went).toEqual(["a", "b"]);
    expect(first.ended).toMatch(/^step 2 of 3 of the tour did not end \(Step b\)\.\nthe cluster is gone\n/);
    expect(first.ended).toContain("go on with: npm run demo -- --tour");
    const second = await take([step("a"), step("b"), step("c")]);
    expect(went).toEqual(["b", "c"]);
    expect(second).toMatchObject({
      ended: "",
      text: expect.stringMatching(/Step a\n\n {5}Done before, in 1 s\./),
    });
    expect(second.text.match(/a page/g)).toHaveLength(3);
  });

  test("begins no other step once somebody has interrupted it", async () => {
    const interrupted = AbortSignal.abort(new Error("interrupted; what is finished is kept."));
    expect(await take([step("a")], interrupted)).toEqual({
      text: "",
      ended: "interrupted; what is finished is kept.",
    });
    expect(went).toEqual([]);
  });
});
