import { beforeAll, describe, expect, test } from "vitest";
import type { Published } from "../../../components/commune/published.ts";
import { declaration, type Found, publishedBy, run } from "./run.ts";

const service = {
  nextcloud: (more = "") => `nextcloud: { storage: 10 GiB, apps: []${more} }\n`,
  schools: (more = "") => `schools: { storage: 1 GiB${more} }\n`,
};
const [kept, released] = ["", ", data: released"].map((more) => `, retired: { since: 2026-11-25${more} }`);
const declaring = (...sections: string[]) => ({ "bron/commune.yaml": declaration(sections.join("")) });
const both = declaring(service.nextcloud(), service.schools());
const data = { data: "protected" };

/** Output of the stack with both services, and after each of them was retired and released. */
let published: Record<"both" | "retired" | "released", Published>;
beforeAll(async () => {
  const applied = async (files: Found["files"], before?: Published): Promise<Published> => {
    const known = before && { published: { bron: { published: before } } };
    const { published } = await publishedBy({ files: files ?? {}, ...known });
    return published as unknown as Published;
  };
  const first = await applied(both);
  const retired = await applied(declaring(service.nextcloud(kept), service.schools(kept)), first);
  const gone = declaring(service.nextcloud(released), service.schools(released));
  published = { both: first, retired, released: await applied(gone, retired) };
});

/** A run of some sections after one that published what it says here. */
const next = (known: Published, files: Found["files"], settings: Found["settings"] = data) =>
  run({ files: files ?? {}, settings, published: { bron: { published: known } } });

describe("a change is refused before anything is registered", () => {
  const { nextcloud, schools } = service;
  test.each<[string, () => ReturnType<typeof run>, string]>([
    [
      "a service that is just taken out",
      () => next(published.both, declaring(schools())),
      `stacks/bron/commune.yaml:1:1 nextcloud: nextcloud holds data, which would leave with it. Write it back as it was, with one line more: nextcloud: { retired: { since: 2026-11-26 } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md).

1 problem. Nothing was changed.`,
    ],
    [
      "two of them, and one more thing",
      () => next(published.both, { "bron/commune.yaml": declaration().replace("bron.test", "lyon.test") }),
      `stacks/bron/commune.yaml:1:1 nextcloud: nextcloud holds data, which would leave with it. Write it back as it was, with one line more: nextcloud: { retired: { since: 2026-11-26 } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md).
stacks/bron/commune.yaml:1:1 schools: schools holds data, which would leave with it. Write it back as it was, with one line more: schools: { retired: { since: 2026-11-26 } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md).
stacks/bron/commune.yaml:4:9 domain: the commune is known as bron.test and cannot become lyon.test: other communes keep that name, with its key. Write back what it was.

3 problems. Nothing was changed.`,
    ],
    [
      "one that was retired, and is taken out before its data is released",
      () => next(published.retired, declaring(schools(kept))),
      `stacks/bron/commune.yaml:1:1 nextcloud: nextcloud was retired on 2026-11-25, and its data is kept. Write it back: nextcloud: { retired: { since: 2026-11-25 } }; or release its data first: nextcloud: { retired: { since: 2026-11-25, data: released } }, apply, and then take it out (docs/retirement.md).

1 problem. Nothing was changed.`,
    ],
    [
      "data that is released while people use it",
      () => next(published.both, declaring(nextcloud(released), schools())),
      `stacks/bron/commune.yaml:7:50 nextcloud.retired: nextcloud is still in use. Retire it first: nextcloud: { retired: { since: 2026-11-25 } }, apply, and release its data once nobody needs it any more (docs/retirement.md).

1 problem. Nothing was changed.`,
    ],
    [
      "a service that comes back without its rows",
      () => next(published.released, both),
      `stacks/bron/commune.yaml:7:12 nextcloud: its rows were removed when its data was released, and its files alone are of no use. Take the section out, apply, and write it then: it starts anew.

1 problem. Nothing was changed.`,
    ],
    [
      "data that stops being protected and goes in the same update",
      () => next({ ...published.both, data: "protected" }, declaring(schools()), { data: "disposable" }),
      `stacks/bron/commune.yaml:1:1 nextcloud: nextcloud holds data, which would leave with it. Write it back as it was, with one line more: nextcloud: { retired: { since: 2026-11-26 } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md). Or apply once with commune:data disposable and all as it was, and take it out then.

1 problem. Nothing was changed.`,
    ],
    [
      "another domain of the commune",
      () =>
        next(published.both, {
          "bron/commune.yaml": both["bron/commune.yaml"].replace("domain: bron.test", "domain: lyon.test"),
        }),
      `stacks/bron/commune.yaml:4:9 domain: the commune is known as bron.test and cannot become lyon.test: other communes keep that name, with its key. Write back what it was.
stacks/bron/commune.yaml:7:1 nextcloud.subdomain: it was started as cloud.bron.test and cannot become cloud.lyon.test. That name is in every account, link and key that others keep. Write back what it was. Another machine is reached by DNS; another name is a new service beside the old one.
stacks/bron/commune.yaml:8:1 schools.subdomain: every computer of the schools has ecoles.bron.test built in and would find nobody at ecoles.lyon.test. Write back what it was; or prepare each anew for ecoles.lyon.test (docs/schools.md), then tell the stack: pulumi config set commune:moved schools=ecoles.lyon.test.

3 problems. Nothing was changed.`,
    ],
    [
      "another name of a service",
      () => next(published.both, declaring(nextcloud(", subdomain: fichiers"), schools())),
      `stacks/bron/commune.yaml:7:52 nextcloud.subdomain: it was started as cloud.bron.test and cannot become fichiers.bron.test. That name is in every account, link and key that others keep. Write back what it was. Another machine is reached by DNS; another name is a new service beside the old one.

1 problem. Nothing was changed.`,
    ],
    [
      "a smaller volume",
      () => next(published.both, declaring(nextcloud().replace("10 GiB", "5 GiB"), schools())),
      `stacks/bron/commune.yaml:7:23 nextcloud.storage: the volume nextcloud-data has 10 GiB, and the declaration asks for 5 GiB: Kubernetes cannot shrink a volume. Write "10 GiB" or more.

1 problem. Nothing was changed.`,
    ],
    [
      "an older version",
      () => {
        const { nextcloud: known, ...others } = published.both.services;
        const services = { ...others, ...(known && { nextcloud: { ...known, version: "34.0.1" } }) };
        return next({ ...published.both, services }, both);
      },
      `stacks/bron/commune.yaml:7:1 nextcloud.version: 34.0.1 runs, and 33.0.7 is older: its data has been migrated, and older versions cannot read it. Write 34.0.1 or a newer version; going back is: npx commune undo (docs/changes.md).

1 problem. Nothing was changed.`,
    ],
    [
      "rows that would be looked for elsewhere",
      () =>
        run({
          files: declaring(nextcloud(), schools(), "database: { external: { host: postgresql.bron.fr } }\n"),
          secrets: { "database-nextcloud-password": "s3cret" },
          published: { bron: { published: published.both } },
        }),
      `stacks/bron/commune.yaml:7:12 nextcloud: its rows are on the commune's server, and the declaration puts them on postgresql.bron.fr:5432, where it would start without them. Copy them first (docs/database.md), then tell the stack: pulumi config set commune:moved nextcloud=postgresql.bron.fr:5432.

1 problem. Nothing was changed.`,
    ],
    [
      "another class of volumes",
      () => next(published.both, both, { ...data, storageClass: "fast" }),
      `stacks/bron/commune.yaml:1:1 commune:storageClass was not set and is fast: a volume keeps the class that it was made with. Set it back: pulumi config rm commune:storageClass. Volumes of another class are made by another stack (docs/site.md).

1 problem. Nothing was changed.`,
    ],
  ])("%s", async (_, running, sentence) => {
    const { refusal, read, registered, warned } = await running();
    expect({ refusal, registered, warned }).toEqual({ refusal: sentence, registered: [], warned: [] });
    expect(read).toEqual(["pulumi:pulumi:StackReference last-update"]);
  });
});

describe("what goes through is said beforehand", () => {
  const settings = { data: "disposable" };
  const kinds = (registered: string[], part: string) =>
    registered.filter((name) => name.includes(part)).map((name) => name.replace(/^.*:/, ""));

  test("a service is retired: nothing runs of it, and what holds its data stays", async () => {
    const { refusal, warned, registered } = await next(
      published.both,
      declaring(service.nextcloud(kept), service.schools()),
      settings,
    );
    expect(refusal).toBeUndefined();
    expect(warned).toContainEqual(expect.stringContaining("nextcloud is retired, since 2026-11-25"));
    expect(kinds(registered, "bron-nextcloud").filter((name) => /Volume/.test(name))).toEqual([
      "PersistentVolumeClaim bron-nextcloud",
      "PersistentVolumeClaim bron-nextcloud-data",
    ]);
    expect(
      kinds(registered, "bron-nextcloud").filter((name) => /Deployment|Job|Ingress|Secret/.test(name)),
    ).toEqual([]);
  });

  test("its data is released: its rows go first, then its volumes", async () => {
    const files = declaring(service.nextcloud(released), service.schools());
    const going = await next(published.retired, files, settings);
    expect(going.warned).toContainEqual(
      expect.stringContaining("The data of nextcloud, retired on 2026-11-25, is released"),
    );
    expect(kinds(going.registered, "Job bron-database-drop")).toEqual(["Job bron-database-drop-nextcloud"]);
    const gone = await next(published.released, declaring(service.schools(released)), settings);
    expect(gone.refusal).toBeUndefined();
    expect(gone.warned.filter((each) => each.startsWith("A volume is deleted"))).toEqual([
      expect.stringMatching(/^A volume is deleted with all that is on it: database \(\d+ GiB\)\.$/),
      expect.stringMatching(/^A volume is deleted with all that is on it: nextcloud \(\d+ GiB\)\.$/),
      expect.stringMatching(/^A volume is deleted with all that is on it: nextcloud-data \(\d+ GiB\)\.$/),
    ]);
    expect(kinds(gone.registered, "bron-nextcloud")).toEqual([]);
  });

  test("it comes back with what it had", async () => {
    const { refusal, registered, outputs } = await next(published.retired, both, settings);
    expect(refusal).toBeUndefined();
    expect(kinds(registered, "Deployment bron-nextcloud")).toContain("Deployment bron-nextcloud");
    expect(outputs?.published).toMatchObject({ retired: {}, services: { nextcloud: { version: "33.0.7" } } });
  });
});

test("a restore point of before is waited for, and nothing of the commune changes until it is taken", async () => {
  const member = (id: string, insee: string) =>
    `  ${id}: { name: ${id}, insee: "${insee}", domain: ${id}.test, contact: a@${id}.test }\n`;
  const files = {
    ...declaring(service.nextcloud(), "recovery: { vaults: [lyon] }\n"),
    "federation.yaml": `name: Métropole\nmembers:\n${member("bron", "69029")}${member("lyon", "69123")}`,
  };
  const known = (await publishedBy({ files })).published as unknown as Published;
  const { nextcloud } = known.services;
  const older = {
    ...known,
    services: { ...(nextcloud && { nextcloud: { ...nextcloud, version: "32.0.6" } }) },
  };
  const update: Found = { files, published: { bron: { published: older } } };
  const held = await run({ ...update, unfinished: "kubernetes:batch/v1:Job" });
  expect(held.refusal).toBeUndefined();
  expect(held.warned).toContainEqual(expect.stringContaining("A restore point of Nextcloud is taken first"));
  expect(held.registered).toEqual([
    "pulumi:providers:kubernetes bron-cluster",
    "commune:index:PointsBefore bron-points-before",
    expect.stringMatching(/^kubernetes:batch\/v1:Job bron-nextcloud-restore-point-[0-9a-f]+-before$/),
  ]);
  const whole = await run(update);
  expect(whole.registered.slice(0, 3)).toEqual(held.registered);
  expect(whole.registered).toContain("kubernetes:apps/v1:Deployment bron-nextcloud");
});
