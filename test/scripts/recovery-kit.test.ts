import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { type KitSurroundings, kitCommand, publicAddress } from "../../scripts/recovery/kit.ts";

const folder = mkdtempSync(join(tmpdir(), "recovery-kit-"));
const stacks = join(folder, "stacks");
const seed = randomBytes(32).toString("base64");
const fingerprint = seedFingerprint(seed, "bron");

const declaration = (kit: string) => `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: numerique@bron.test
nextcloud: {}
recovery:
  vaults: [lyon]
${kit}`;
const kit = `  kit:
    needed: 2
    holders: ["Ville de Lyon <DGS>", "Notaire", "Préfecture"]
`;

/** State of a stack, in place of Pulumi's: test/cluster/services/rotation.ts asks the real one. */
const stack = { seed: undefined as string | undefined, published: undefined as string | undefined };
let typed: string[] = [];
const surroundings: KitSurroundings = {
  stacks,
  seedOf: () => ({
    read: async () => stack.seed,
    published: async () => stack.published,
    give: async (given) => void Object.assign(stack, { seed: given }),
    given: async () => ({}),
  }),
  repository: async () => "https://forge.bron.test/nuage.git",
  typist: () => ({ next: async () => typed.shift(), tell: undefined }),
  today: () => "2026-11-26",
};

async function run(...words: string[]): Promise<string> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  try {
    await kitCommand(surroundings).parseAsync(words, { from: "user" });
    return said.join("\n");
  } finally {
    log.mockRestore();
  }
}

/** The lines of a share as the sheet of paper has them. */
const linesOn = (page: string) =>
  [...page.matchAll(/<li>((?:[0-9A-Z]{4} ){4}[0-9A-Z]{4})<\/li>/g)].map(([, line = ""]) => line);

beforeAll(() => {
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(join(stacks, "bron", "commune.yaml"), declaration(kit));
  writeFileSync(
    join(stacks, "federation.yaml"),
    `name: Essai
members:
  bron: { name: Bron, insee: "69029", domain: bron.test, contact: numerique@bron.test }
  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: astreinte@lyon.test }
`,
  );
});
beforeEach(() => Object.assign(stack, { seed, published: fingerprint }));
afterAll(() => rmSync(folder, { recursive: true }));

describe("commune recovery kit", () => {
  test("make writes a sheet for each holder, which nobody else of the machine reads", async () => {
    const out = join(folder, "feuilles");
    const said = await run("make", "bron", "--out", out);
    const names = readdirSync(out).sort();
    expect(names).toEqual(["bron-1-sur-3.html", "bron-2-sur-3.html", "bron-3-sur-3.html"]);
    expect(said).toContain("bron-2-sur-3.html: Notaire");
    expect(said).toContain(`rm -r ${out}`);
    for (const name of names) expect(statSync(join(out, name)).mode & 0o77).toBe(0);
    const [page = ""] = names.map((name) => readFileSync(join(out, name), "utf8"));
    expect(page).toContain("confiée à : <strong>Ville de Lyon &lt;DGS&gt;</strong>");
    expect(page).toContain("26 novembre 2026");
    expect(page).toContain("https://vault-bron.lyon.test");
    expect(page).toContain("astreinte@lyon.test");
    expect(page).toContain("https://forge.bron.test/nuage.git");
    expect(page).not.toContain(seed);
    await expect(run("make", "bron", "--out", out)).rejects.toThrow("is there already");
  });

  test("sheets are refused a place in a repository that would commit them, and take an ignored one", async () => {
    const repository = join(folder, "repository");
    await execa("git", ["init", "--quiet", repository]);
    const within = join(repository, "new", "feuilles");
    await expect(run("make", "bron", "--out", within)).rejects.toThrow("is in a git repository");
    expect(existsSync(within)).toBe(false);
    writeFileSync(join(repository, ".gitignore"), "new/\n");
    await run("make", "bron", "--out", within);
    expect(existsSync(within)).toBe(true);
  });

  test("two of its sheets, typed in a hurry, are verified and open a new stack", async () => {
    const out = join(folder, "essai");
    await run("make", "bron", "--out", out);
    const pages = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
    const [first = [], second = [], third = []] = pages.map(linesOn);
    expect([first, second, third].map((lines) => lines.length)).toEqual([5, 5, 5]);

    typed = [...third, ...first].map((line) => line.toLowerCase());
    const said = await run("verify", "bron");
    expect(said).toContain(`They are right: the seed of bron, ${fingerprint}`);
    expect(said).toContain(`commune:seedKept ${fingerprint}`);
    expect(said).not.toContain(seed);

    stack.seed = undefined;
    typed = [...second, ...first];
    expect(await run("open", "bron")).toContain(`The stack bron has the seed ${fingerprint}`);
    expect(stack.seed).toBe(seed);

    typed = [...first, ...first];
    await expect(run("verify", "bron")).rejects.toThrow(
      "Share 2 of 2: it is number 1, which was typed already",
    );
    typed = [...first, ...second.slice(0, 3)];
    await expect(run("verify", "bron")).rejects.toThrow("Share 2 of 2, line 4 is missing");
    typed = [first[1] ?? "", ...first];
    await expect(run("verify", "bron")).rejects.toThrow("Share 1: line 1 is wrong");
  });

  test("a kit of before, and a stack with another seed, are told", async () => {
    const out = join(folder, "avant");
    await run("make", "bron", "--out", out);
    const [first = [], second = []] = readdirSync(out).map((name) =>
      linesOn(readFileSync(join(out, name), "utf8")),
    );
    const other = randomBytes(32).toString("base64");
    Object.assign(stack, { seed: other, published: seedFingerprint(other, "bron") });
    typed = [...first, ...second];
    await expect(run("verify", "bron")).rejects.toThrow("the kit is of before");
    typed = [...first, ...second];
    await expect(run("open", "bron")).rejects.toThrow("the stack bron has another seed");
    expect(stack.seed).toBe(other);
    Object.assign(stack, { published: undefined });
    typed = [...first, ...second];
    expect(await run("verify", "bron")).toContain("could not be asked");
  });

  test("without holders it says what to write", async () => {
    mkdirSync(join(folder, "sans", "bron"), { recursive: true });
    writeFileSync(join(folder, "sans", "bron", "commune.yaml"), declaration(""));
    writeFileSync(join(folder, "sans", "federation.yaml"), readFileSync(join(stacks, "federation.yaml")));
    await expect(
      kitCommand({ ...surroundings, stacks: join(folder, "sans") }).parseAsync(
        ["make", "bron", "--out", join(folder, "rien")],
        { from: "user" },
      ),
    ).rejects.toThrow("does not say who has a share");
  });
});

test("the address of a repository is printed without what opens it, and only where others can read it", () => {
  expect(publicAddress("https://anna:secret@forge.bron.test/nuage.git")).toBe(
    "https://forge.bron.test/nuage.git",
  );
  expect(publicAddress("git@forge.bron.test:nuage.git")).toBe("git@forge.bron.test:nuage.git");
  expect(publicAddress("ssh://git@forge.bron.test/nuage.git")).toBe("ssh://git@forge.bron.test/nuage.git");
  expect(publicAddress("/srv/git/nuage.git")).toBeUndefined();
});
