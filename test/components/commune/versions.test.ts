import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadCommune } from "../../../components/commune/load.ts";
import { loadBuilds, movedImages } from "../../../components/commune/versions/builds.ts";
import { loadVersions, versionsText } from "../../../components/commune/versions/lock.ts";
import { lockText } from "../../../components/foundation/image/lock.ts";
import { recordVersions } from "../../../scripts/pin/versions.ts";
import { communeText, loaded, stacksWith, valid } from "../tenants/stacks.ts";

const services = "nextcloud: { dedicatedDatabase: {} }\nmastodon: {}\n";
const lock = (versions: Readonly<Record<string, string>>) => ({
  "versions.lock.yaml": versionsText(versions),
});

describe("a locked version", () => {
  test("runs where the declaration names none, whatever the toolkit's default is", () => {
    const { declaration } = valid(
      lock({ nextcloud: "32.0.1", database: "16", "nextcloud.dedicatedDatabase": "15" }),
      communeText(services),
    );
    expect(declaration.nextcloud).toMatchObject({ version: "32.0.1", dedicatedDatabase: { version: "15" } });
    expect(declaration.database.version).toBe("16");
    // Not locked yet.
    expect(declaration.mastodon?.version).toBe(
      valid({}, communeText(services)).declaration.mastodon?.version,
    );
  });

  test("gives way to a declared one", () => {
    const { declaration } = valid(
      lock({ nextcloud: "32.0.1", database: "16" }),
      communeText('nextcloud: { version: "33.0.5" }\ndatabase: { version: "15" }\n'),
    );
    expect(declaration.nextcloud?.version).toBe("33.0.5");
    expect(declaration.database.version).toBe("15");
  });

  test("brings nothing that is not declared", () => {
    const { declaration } = valid(lock({ mastodon: "4.5.9" }), communeText("nextcloud: {}\n"));
    expect(declaration.mastodon).toBeUndefined();
  });

  test("is told with its line where it is none", () => {
    const file = 'versions:\n  nextclod: "1.0.0"\n  mastodon: latest\n  database: "9"\n';
    expect(loaded({ "versions.lock.yaml": file }, communeText(services)).lines).toEqual([
      expect.stringMatching(/^versions\.lock\.yaml:2 versions\.nextclod: .*Did you mean "nextcloud"/),
      expect.stringMatching(/^versions\.lock\.yaml:3 versions\.mastodon: .*is not one exact version/),
      expect.stringMatching(/^versions\.lock\.yaml:4 versions\.database: /),
    ]);
  });

  test("that a service cannot be is told at its section", () => {
    const { lines } = loaded(lock({ peertube: "6.0.0" }), communeText("peertube: {}\n"));
    expect(lines).toEqual([expect.stringMatching(/^commune\.yaml:7 peertube\.version: "6\.0\.0" /)]);
  });
});

const built = (letter: string) => ({
  digest: `sha256:${letter.repeat(64)}`,
  platforms: {},
  read: "2026-11-26",
  from: "docker.io",
  licence: "PostgreSQL",
  source: "https://example.org",
});
const [postgres, valkey] = ["docker.io/library/postgres:17.12-trixie", "docker.io/valkey/valkey:9.0.1"];

describe("a locked build", () => {
  test("stands beside the versions, and counts before the file that older toolkits share", () => {
    const stacks = stacksWith(
      { "versions.lock.yaml": versionsText({ nextcloud: "32.0.1" }, { [postgres]: built("a") }) },
      communeText(services),
    );
    const shared = { [postgres]: built("b"), [valkey]: built("c") };
    writeFileSync(join(stacks, "images.lock.yaml"), lockText(shared));
    expect(loadVersions(stacks, "bron")).toMatchObject({
      declaration: { versions: { nextcloud: "32.0.1" }, images: { [postgres]: built("a") } },
    });
    expect(loadBuilds(stacks, "bron")).toEqual({
      ok: true,
      images: { [postgres]: built("a"), [valkey]: built("c") },
    });
    expect(recordVersions(stacks, "bron")).toBe(true);
    expect(loadVersions(stacks, "bron")).toMatchObject({
      declaration: { images: { [postgres]: built("a") } },
    });
  });

  test("is told with its line where it is none", () => {
    const text = versionsText({}, { [postgres]: built("a") }).replace("sha256:aaaa", "sha256:");
    expect(loaded({ "versions.lock.yaml": text }, communeText()).lines).toEqual([
      expect.stringMatching(/^versions\.lock\.yaml:6 images\..*\.digest: .*is not sha256:/),
    ]);
  });

  test("that another version would take the place of is found, and nothing else", () => {
    const lock = { [postgres]: built("a"), [valkey]: built("b") };
    const newer = "docker.io/library/postgres:17.13-trixie";
    expect(movedImages([`${postgres}@${built("a").digest}`, valkey], lock)).toEqual([]);
    expect(movedImages([newer, valkey, "docker.io/library/node:24"], lock)).toEqual([
      { from: postgres, to: newer },
    ]);
    // Two servers of different series.
    expect(movedImages([newer, postgres], lock)).toEqual([]);
  });
});

describe("what is locked", () => {
  test("is all that runs without a declared version, and stays what it is when the toolkit's default is another", () => {
    const stacks = stacksWith(lock({ nextcloud: "32.0.1" }), communeText(services));
    expect(recordVersions(stacks, "bron")).toBe(true);
    const file = join(stacks, "bron", "versions.lock.yaml");
    const before = loadCommune(stacks, "bron");
    if (!before.ok) throw before.error;
    expect(loadVersions(stacks, "bron")).toMatchObject({
      declaration: {
        versions: {
          ...{ nextcloud: "32.0.1", mastodon: before.declaration.mastodon?.version },
          ...{ database: "17", "nextcloud.dedicatedDatabase": "17" },
        },
      },
    });
    const text = readFileSync(file, "utf8");
    expect(recordVersions(stacks, "bron")).toBe(false);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("is forgotten once it is declared, or no longer there", () => {
    const stacks = stacksWith(lock({ nextcloud: "32.0.1", mastodon: "4.5.9" }), communeText(services));
    writeFileSync(
      join(stacks, "bron", "commune.yaml"),
      communeText('nextcloud: { version: "32.0.1" }\ndatabase: { version: "17" }\n'),
    );
    expect(recordVersions(stacks, "bron")).toBe(true);
    expect(loadVersions(stacks, "bron")).toMatchObject({ declaration: { versions: {} } });
  });

  test("is nothing of a commune without services", () => {
    const stacks = stacksWith({}, communeText());
    expect(recordVersions(stacks, "bron")).toBe(false);
    expect(loadVersions(stacks, "bron")).toBeUndefined();
  });
});
