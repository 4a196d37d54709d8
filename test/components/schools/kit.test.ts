import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { applyScript, settingsFolder } from "../../../components/schools/kit/openboard.ts";
import { control, pack } from "../../../components/schools/kit/package.ts";
import { schoolKit } from "../../../components/schools/kit/school.ts";
import { spaceKit } from "../../../components/schools/kit/space.ts";
import { kitFolder, stateFolder, syncScript } from "../../../components/schools/kit/sync.ts";
import { kitVersion } from "../../../scripts/kit.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  schools: {
    libraries: { commune: { name: "Ville de Bron", folder: "library" } },
    establishments: {
      "jules-ferry": {
        name: 'Jules-Ferry / "annexe" à 100 %',
        levels: ["elementaire"],
        library: "jf",
        teachers: ["Profs"],
      },
      rostand: { name: "Jean-Rostand", levels: ["college"] },
    },
  },
  spaces: { rize: { name: "Le Rize" } },
});
const kit = schoolKit(declaration, "jules-ferry", "20261124.0800", "https://cloud.bron.test");
const space = spaceKit(declaration, "rize", "20261124.0800");
if (!kit || !space) throw new Error("no kit");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kit-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const text = (path: string) => String(kit.files.get(path)?.content);

describe("the kit of a school", () => {
  it("has its address, its shelves and its share of the line", () => {
    expect(text(`${kitFolder}/address`)).toBe("https://ecoles.bron.test\n");
    expect(text(`${kitFolder}/shelves`)).toBe(
      'commune\tVille de Bron\njules-ferry\tJules-Ferry - "annexe" à 100 %\n',
    );
    expect(text(`${kitFolder}/bandwidth`)).toBe("2000\n");
  });

  it("names no other host than the commune's", () => {
    const hosts = [...kit.files.values()].flatMap(({ content }) => [
      ...String(content).matchAll(/https?:\/\/([a-z0-9.-]+)/g),
    ]);
    expect(new Set(hosts.map(([, host]) => host))).toEqual(new Set(["ecoles.bron.test", "cloud.bron.test"]));
  });

  it("has the folder of media where there is one", () => {
    expect(text("/usr/lib/systemd/user/commune-school-medias.service")).toContain(
      '--path "/Médias Jules-Ferry - \\"annexe\\" à 100 %%" %h',
    );
    expect(
      schoolKit(declaration, "rostand", "1", "https://cloud.bron.test")?.files.has(
        "/usr/lib/systemd/user/commune-school-medias.timer",
      ),
    ).toBe(false);
  });

  it("is not made for a school that does not exist", () =>
    expect(schoolKit(declaration, "rize", "1", undefined)).toBeUndefined());

  it("says what Debian asks for", () =>
    expect(control(kit).split("\n").slice(0, 6)).toEqual([
      "Package: commune-school-jules-ferry",
      "Version: 20261124.0800",
      "Section: education",
      "Priority: optional",
      "Architecture: all",
      "Maintainer: Bron <numerique@bron.test>",
    ]));

  it.each(
    [...Object.entries(kit.scripts), ["sync", syncScript()] as const].filter(([name]) => name !== "triggers"),
  )("%s is a sound script", (_, script) =>
    expect(spawnSync("sh", ["-n"], { input: script }).stderr.toString()).toBe(""),
  );
});

describe("a package", () => {
  it("is packed by dpkg-deb, owned by root, without links, the same each time", async () => {
    const time = Date.UTC(2026, 10, 24) / 1000;
    const [one, other] = [await pack(kit, join(folder, "a"), time), await pack(kit, join(folder, "b"), time)];
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    const listed = execFileSync("dpkg-deb", ["--contents", one]).toString().trim().split("\n");
    expect(listed.filter((line) => !/^[-d]rw(-r--r--|xr-xr-x) root\/root /.test(line))).toEqual([]);
    expect(listed.filter((line) => line.startsWith("-")).map((line) => line.split(" ./")[1])).toContain(
      "usr/lib/commune-school/sync",
    );
  });

  it("leaves to the administrator what is below /etc", async () => {
    const file = await pack(space, folder, 0);
    expect(execFileSync("dpkg-deb", ["--info", file, "conffiles"]).toString()).toBe(
      "/etc/lightdm/lightdm.conf.d/50-commune-space.conf\n/etc/firefox/policies/policies.json\n/etc/firefox-esr/commune-space.js\n",
    );
  });
});

describe("settings of OpenBoard", () => {
  /** Runs the script on a folder in place of the machine's root. */
  function applied(packaged: string): string {
    const root = join(folder, `root-${Math.random()}`);
    for (const path of [kitFolder, stateFolder, "/etc/openboard", "/usr/share/openboard"])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, kitFolder, "settings"), text(`${kitFolder}/settings`));
    writeFileSync(join(root, "/etc/openboard/OpenBoard.config"), packaged);
    const script = applyScript()
      .replaceAll(/(?<=[' (])\/(etc|usr|opt|var)\//g, `${root}/$1/`)
      .replace(`#!${root}`, "#!");
    const run = spawnSync("perl", ["-"], { input: script });
    expect(run.stderr.toString()).toBe("");
    return readFileSync(join(root, settingsFolder, "OpenBoard.config"), "utf8");
  }

  it("are laid over the packaged ones: changed, added, in sections that are there and in new ones", () => {
    const lines = applied("[App]\r\nStartMode=\nPreferredLanguage=fr_CH\n\n[Board]\nZoomBase=1\n").split(
      "\n",
    );
    expect(lines.slice(0, 3)).toEqual(["[App]", "StartMode=", "PreferredLanguage=fr"]);
    expect(lines).toContain("DataDirectory={Documents}/OpenBoard");
    expect(lines.indexOf("DataDirectory={Documents}/OpenBoard")).toBeLessThan(lines.indexOf("[Board]"));
    expect(lines).toContain("[Library]");
    expect(lines.filter((line) => line.startsWith("PreferredLanguage"))).toHaveLength(1);
  });

  it("are the same when they are laid twice", () => {
    const once = applied("[App]\nStartMode=\n");
    expect(applied(once)).toBe(once);
  });
});

describe("the kit of a space", () => {
  it("depends on the profile's packages", () =>
    expect(space.depends).toEqual(expect.arrayContaining(["orca", "firefox-esr", "xautolock"])));

  it("opens the next session by itself, which LightDM does after a second, and with 0 never", () =>
    expect(space.files.get("/etc/lightdm/lightdm.conf.d/50-commune-space.conf")?.content).toContain(
      "\nautologin-user=usager\nautologin-user-timeout=1\n",
    ));

  it("ends a session when it is long, or idle", () => {
    const session = String(space.files.get("/usr/lib/commune-space/session")?.content);
    expect(session).toContain("-time 10 ");
    expect(session).toContain("sleep 3300\n");
  });

  it("reports nothing, and opens the commune's page", () => {
    const { policies } = JSON.parse(String(space.files.get("/etc/firefox/policies/policies.json")?.content));
    expect(policies).toMatchObject({
      Homepage: { URL: "https://bron.test" },
      DisableTelemetry: true,
      SanitizeOnShutdown: true,
    });
  });
});

test("a version is the minute of the build", () =>
  expect(kitVersion(Date.UTC(2026, 10, 24, 8, 5) / 1000)).toBe("20261124.0805"));
