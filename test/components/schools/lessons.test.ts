import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { catalogueFiles } from "../../../components/schools/lessons/catalogue.ts";
import { programsOf, readLessons } from "../../../components/schools/lessons/folder.ts";
import { type Judging, readArchive } from "../../../components/schools/lessons/lesson.ts";
import { licence } from "../../../components/schools/lessons/licence.ts";
import { frenchSize } from "../../../components/schools/lessons/page.ts";
import { checkout } from "../../../local/paths.ts";
import { evil } from "./lessons/evil.ts";
import { jpeg, lesson, notice, page } from "./lessons/lesson.ts";
import type { Packed } from "./lessons/zip.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lessons-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Reasons for which an archive is refused: `entry: reason`, one per line; empty if it is not. */
async function refusal(archive: Buffer, judging: Judging = {}): Promise<string> {
  const read = await readArchive(written("judged.ubz", archive), judging);
  return read.ok
    ? ""
    : read.problems.map(({ entry = "archive", message }) => `${entry}: ${message}`).join("\n");
}

test("a sound lesson says what it is", async () => {
  const read = await readArchive(written("sound.ubz", lesson()));
  expect(read).toEqual({
    ok: true,
    archive: {
      metadata: {
        title: "Les fractions & co",
        folder: "CM1/Calcul",
        updated: "2026-10-02T07:30:00Z",
        version: "4.8.0",
      },
      pages: 1,
      bytes: lesson().length,
      thumbnail: jpeg,
    },
  });
});

describe("an archive is refused", () => {
  it.each(evil)("%s", async (_, make, reason) => expect(await refusal(make())).toContain(reason));
});

describe("a page is refused that", () => {
  it.each([
    ["runs a script", "<script>1</script>", "has a script: a lesson holds no program"],
    ["runs an attribute", '<g onload="x()"/>', "has what runs onload"],
    [
      "has a picture elsewhere",
      '<image xlink:href="https://t.example/p.png"/>',
      'fetches "https://t.example/p.png"',
    ],
    ["hides its protocol", '<image xlink:href="//t.example/p.png"/>', 'fetches "//t.example/p.png"'],
    [
      "hides an address in entities",
      '<image xlink:href="&#104;ttps://t.example/p"/>',
      'fetches "https://t.example/p"',
    ],
    [
      "hides an address in spaces",
      '<image xlink:href=" h&#10;ttps://t.example/p"/>',
      'fetches "https://t.example/p"',
    ],
    ["has a style elsewhere", '<rect style="fill:url(https://t.example/a)"/>', "fetches"],
    ["hides a style in escapes", "<style>a{background:\\75 rl(//t.example/a)}</style>", "fetches"],
    ["imports a style", '<style>@import "https://t.example/a.css";</style>', "fetches"],
    ["imports a style without a space", '<style>@import"//t.example/a.css";</style>', "fetches"],
    ["imports a style over a comment", "<style>@imp<!-- -->ort'//t.example/a.css'</style>", "fetches"],
    ["does not end a style's address", "<style>a{background:url(//t.example/a</style>", "fetches"],
    ["has a broken address in a style", "<style>a{background:url(//t.example/a b)}</style>", "fetches"],
    ["has a set of pictures", "<style>a{background:image-set('//t.example/a' 1x)}</style>", "fetches"],
    ["has an address in a variable", "<style>a{--a:'//t.example/a'}</style>", "fetches"],
    ["has a set of sizes", '<ub:img srcset="a.png 1x,https://t.example/x.png 2x"/>', "fetches"],
    ["sets an address in time", '<set attributeName="href" to="https://t.example/x"/>', "fetches"],
    ["animates an address", '<animate attributeName="href" values="a;//t.example/x"/>', "fetches"],
    ["has a filter elsewhere", '<rect filter="url(https://t.example/f#a)"/>', "fetches"],
    ["animates a filter", '<animate attributeName="filter" values="none;url(//t.example/f)"/>', "fetches"],
    ["has a pointer elsewhere", '<rect cursor="image-set(&quot;//t.example/f&quot; 1x)"/>', "fetches"],
    ["hides in another encoding", "<text>\0</text>", "has a character of zero"],
    [
      "has a tracker in formatted text",
      "<ub:text>&lt;img src=&quot;http://t.example/1.gif&quot;&gt;</ub:text>",
      "fetches",
    ],
    ["has a frame", '<ub:w src="http://t.example/"/>', "fetches"],
    [
      "carries a page in an address",
      '<image xlink:href="data:text/html,<script>"/>',
      "only pictures, sounds",
    ],
    ["runs an address", '<a xlink:href="javascript:x()">a</a>', "a lesson holds no program"],
    ["reads a file of the machine", '<image xlink:href="file:///etc/passwd"/>', "fetches"],
  ])("%s", async (_, content, reason) =>
    expect(await refusal(lesson([], page(content)))).toMatch(
      new RegExp(`^page000\\.svg: .*${reason.replace(/[.?*+^$[\]\\(){}|]/g, "\\$&")}`, "m"),
    ),
  );

  it.each([
    ["a link that somebody may follow", '<a xlink:href="https://fr.wikipedia.org/wiki/Fraction">a</a>'],
    ["a picture in an address", '<image xlink:href="data:image/png;base64,AAAA"/>'],
    ["a picture of its own", '<image xlink:href="images/{1}.png"/>'],
    ["text that looks like an address", "<text>http://t.example/ url(images/a.png)</text>"],
    ["text that looks like a style", "<text>a = open('https://t.example/')</text>"],
    [
      "a namespace of a style",
      "<style>@namespace 'http://www.w3.org/2000/svg'; a { fill: url('#b') }</style>",
    ],
    ["a picture in a set of sizes", '<ub:img srcset="data:image/png;base64,AAAA 1x, b.png 2x"/>'],
  ])("but not for %s", async (_, content) => expect(await refusal(lesson([], page(content)))).toBe(""));
});

describe("a widget", () => {
  const widget: Packed[] = [
    { name: "widgets/{2}.wgt/index.html", content: "<!doctype html><script src='a.js'></script>" },
    { name: "widgets/{2}.wgt/a.js", content: "fetch('https://t.example')" },
    { name: "widgets/{2}.wgt/config.xml", content: '<widget><content src="index.html"/></widget>' },
  ];
  it("with a program that nobody has looked at is refused", async () =>
    expect(await refusal(lesson(widget))).toBe(
      [
        "widgets/{2}.wgt/index.html: has a script: a widget may only have the programs of a library that was looked at",
        "widgets/{2}.wgt/a.js: has a script: a widget may only have the programs of a library that was looked at",
      ].join("\n"),
    ));

  it("of a library that was looked at is taken, byte for byte", async () => {
    for (const { name, content = "" } of widget)
      written(`library/${name.toString().replace("widgets/{2}", "interactivities/Dé")}`, content);
    const knownPrograms = programsOf(join(folder, "library"));
    expect(await refusal(lesson(widget), { knownPrograms })).toBe("");
    const changed = widget.map((file) =>
      file.name.toString().endsWith(".js") ? { ...file, content: "evil()" } : file,
    );
    expect(await refusal(lesson(changed), { knownPrograms })).toContain("a.js: has a script");
  });

  it("that is a page elsewhere is refused", async () =>
    expect(
      await refusal(
        lesson([
          {
            name: "widgets/w.wgt/config.xml",
            content: '<widget><content src="https://t.example/"/></widget>',
          },
        ]),
      ),
    ).toContain('config.xml: fetches "https://t.example/"'));
});

/** Runs the command in a process of its own; returns its exit code, what it found, and the most memory that it ever had. */
async function measured(path: string) {
  // What the process itself had: the kernel's other figure, of getrusage(2), begins with what the parent had.
  const told = `import { readFileSync } from "node:fs";
process.on("exit", () => console.error(readFileSync("/proc/self/status", "utf8")));`;
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [
      ...["--import", `data:text/javascript,${encodeURIComponent(told)}`],
      ...["scripts/commune.js", "lessons", "check", path, "--json"],
    ],
    { cwd: checkout, reject: false },
  );
  const { refused } = JSON.parse(stdout) as { refused: unknown[] };
  return {
    exitCode,
    refused: refused.length,
    mebibytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(stderr)?.[1]) / 1024,
  };
}

test("the whole malicious set and a long film take a process a few tens of mebibytes more than one lesson", async () => {
  const shelf = join(folder, "malicious");
  const share = (name: string, archive: Buffer) => {
    written(`malicious/${name}.ubz`, archive);
    written(`malicious/${name}.yaml`, notice);
  };
  share("fractions", lesson());
  const sober = await measured(shelf);
  expect(sober).toMatchObject({ exitCode: 0, refused: 0 });
  evil.forEach(([, make], index) => {
    share(`evil-${index}`, make());
  });
  share("bomb", lesson([{ name: "videos/a.mp4", content: Buffer.alloc(2 ** 25) }]));
  const film = Buffer.alloc(2 ** 27, randomBytes(2 ** 16));
  share("film", lesson([{ name: "videos/a.mp4", content: film, method: 0 }]));
  const { exitCode, refused, mebibytes } = await measured(shelf);
  expect({ exitCode, refused }).toEqual({ exitCode: 1, refused: evil.length + 1 });
  console.log(
    `${refused} malicious archives refused, a film of 128 MiB read: ${mebibytes.toFixed(0)} MiB at most, ${sober.mebibytes.toFixed(0)} MiB for one lesson`,
  );
  expect(mebibytes - sober.mebibytes).toBeLessThan(64);
}, 120_000);

describe("a licence", () => {
  it("is free", () => expect(licence().parse("etalab-2.0").name).toBe("Licence ouverte 2.0"));
  it.each([
    ["CC-BY-NC-SA-4.0", "is not a free licence: it forbids commercial use, or changes, to somebody"],
    ["CC BY-ND", "is not a free licence"],
    ["cc-by-4.0", 'is not the usual spelling. Write "CC-BY-4.0".'],
    ["tous droits réservés", "is no free licence that is known here (CC-BY-4.0, "],
    ["", "is empty"],
  ])("%s is refused", (text, reason) =>
    expect(licence().safeParse(text).error?.issues[0]?.message).toContain(reason),
  );
});

describe("a folder of lessons", () => {
  const archive = lesson();

  it("is a catalogue, with every reason of those that are refused", async () => {
    written("shelf/cm1/fractions.ubz", archive);
    written("shelf/cm1/fractions.yaml", notice);
    written("shelf/private.ubz", archive);
    written("shelf/private.yaml", `${notice.replace("CC-BY-SA-4.0", "CC-BY-NC-4.0")}author: x\n`);
    written("shelf/bare.ubz", archive);
    const { lessons, refused } = await readLessons(join(folder, "shelf"));
    expect(lessons).toMatchObject([
      {
        file: "cm1/fractions.ubz",
        title: "Les fractions & co",
        author: "Claire Dupont",
        pages: 1,
        updated: "2026-10-02",
      },
    ]);
    expect(refused.map(({ file, problems }) => [file, problems.map(({ place }) => place)])).toEqual([
      ["bare.ubz", ["bare.yaml:1:1"]],
      ["private.ubz", ["private.yaml:2:10", "private.yaml:5:1"]],
    ]);
    const files = catalogueFiles("Leçons", [{ name: "École A & B", address: "../library/a", lessons }]);
    const html = String(files.get("index.html"));
    expect(html).toContain('<a href="../library/a/cm1/fractions.ubz" download>');
    expect(html).toContain("<h2>Les fractions &amp; co</h2>");
    expect(html).toContain("<dd>École A &amp; B</dd>");
    const picture = `thumbnails/${createHash("sha256").update(jpeg).digest("hex").slice(0, 16)}.jpg`;
    expect(files.get(picture)).toEqual(jpeg);
    expect(JSON.parse(String(files.get("lessons.json")))[0].licence.id).toBe("CC-BY-SA-4.0");
  });

  it("escapes what a teacher wrote", async () => {
    written("evil/a.ubz", archive);
    written("evil/a.yaml", `title: '<img src=x onerror="alert(1)">'\n${notice}`);
    const { lessons } = await readLessons(join(folder, "evil"));
    const html = String(catalogueFiles("L", [{ name: undefined, address: ".", lessons }]).get("index.html"));
    expect(html).not.toContain("<img src=x");
  });
});

test("sizes are read in French", () => {
  expect([0, 999, 1500, 12_345_678, 5e9].map((bytes) => frenchSize(bytes).replace("\u00a0", " "))).toEqual([
    "0 octets",
    "999 octets",
    "1,5 ko",
    "12 Mo",
    "5 Go",
  ]);
});
