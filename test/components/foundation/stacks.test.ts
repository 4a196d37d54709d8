import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import typescript from "typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadCommune } from "../../../components/commune/load.ts";
import {
  inCommune,
  inStacks,
  settingsOf,
  tenantFileOf,
} from "../../../components/foundation/declaration/stacks.ts";
import { checkout } from "../../../local/paths.ts";

let folder: string;
let stacks: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stacks-"));
  stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "bron", "tenants"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a path below stacks/", () => {
  test("is below it, whether something is there or not", () => {
    expect(inCommune(stacks, "bron")).toBe(join(stacks, "bron"));
    expect(inCommune(stacks, "bron", "library/commune", "a.png")).toBe(
      join(stacks, "bron/library/commune/a.png"),
    );
    expect(tenantFileOf(stacks, "bron", "chorale")).toBe(join(stacks, "bron/tenants/chorale.yaml"));
    expect(inStacks(stacks, "federation.yaml")).toBe(join(stacks, "federation.yaml"));
    expect(settingsOf(stacks, "drill-bron")).toBe(join(stacks, "Pulumi.drill-bron.yaml"));
    expect(inCommune(join(folder, "elsewhere"), "bron")).toBe(join(folder, "elsewhere/bron"));
  });

  test.each(["", ".", "..", "../bron", "/etc", "bron/../bron", "Bron", "-rf", "bron\n", "bron\0", "a-t-b"])(
    "is made for no commune and no association that is called %j",
    (name) => {
      const refused = /Nothing was changed\.$/;
      expect(() => inCommune(stacks, name)).toThrow(refused);
      expect(() => settingsOf(stacks, name)).toThrow(refused);
      expect(() => tenantFileOf(stacks, "bron", name)).toThrow(refused);
      expect(loadCommune(stacks, name)).toMatchObject({ ok: false });
    },
  );

  test.each(["", ".", "..", "../x", "/etc/passwd", "news/../../x", "news//x", "news/"])(
    "has no step that is %j",
    (step) => expect(() => inCommune(stacks, "bron", step)).toThrow("is no way below the folder"),
  );

  test("follows no link out of the commune's folder, whether it leads anywhere or not", () => {
    writeFileSync(join(folder, "secret"), "");
    symlinkSync(join(folder, "secret"), join(stacks, "bron", "commune.yaml"));
    symlinkSync("../../nowhere", join(stacks, "bron", "new.yaml"));
    mkdirSync(join(stacks, "lyon"));
    symlinkSync("../lyon", join(stacks, "bron", "news"));
    symlinkSync(folder, join(stacks, "villeurbanne"));
    for (const [commune, ...below] of [
      ["bron", "commune.yaml"],
      ["bron", "new.yaml"],
      ["bron", "news", "2026-11-20-a.md"],
      ["villeurbanne"],
    ] as const)
      expect(() => inCommune(stacks, commune, ...below)).toThrow("is a link out of");
    expect(loadCommune(stacks, "bron")).toMatchObject({ ok: false });
  });

  test("follows a link within it, and one by which stacks/ itself is somewhere else", () => {
    mkdirSync(join(stacks, "bron", "library"));
    symlinkSync("library", join(stacks, "bron", "pictures"));
    expect(inCommune(stacks, "bron", "pictures", "a.png")).toBe(join(stacks, "bron/pictures/a.png"));
    symlinkSync(stacks, join(folder, "linked"));
    expect(inCommune(join(folder, "linked"), "bron", "pictures")).toBe(join(folder, "linked/bron/pictures"));
  });
});

/** Whether a node is called stacks: a name, a member, or the word itself. */
function isStacks(node: typescript.Node): boolean {
  if (typescript.isPropertyAccessExpression(node)) return /^#?stacks$/.test(node.name.text);
  return (typescript.isIdentifier(node) || typescript.isStringLiteralLike(node)) && node.text === "stacks";
}

/** The lines of a program that make a path below it by themselves. */
function pathsIn(file: string, text: string): string[] {
  const source = typescript.createSourceFile(file, text, typescript.ScriptTarget.ESNext, true);
  const found: string[] = [];
  const visit = (node: typescript.Node): void => {
    const isJoined =
      typescript.isCallExpression(node) &&
      /(^|\.)(join|resolve)$/.test(node.expression.getText()) &&
      node.arguments.slice(0, -1).some(isStacks);
    const isWritten =
      typescript.isTemplateSpan(node) && isStacks(node.expression) && node.literal.text.startsWith("/");
    const isAdded =
      typescript.isBinaryExpression(node) &&
      node.operatorToken.kind === typescript.SyntaxKind.PlusToken &&
      isStacks(node.left);
    if (isJoined || isWritten || isAdded) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1}`);
    }
    typescript.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe("nobody else makes such a path", () => {
  const folders = ["audit", "components", "local", "policies", "programs", "scripts"];
  const files = [
    ...["index.ts", "program.ts"],
    ...folders.flatMap((each) =>
      readdirSync(join(checkout, each), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(each, name)),
    ),
  ].filter((file) => file !== "components/foundation/declaration/stacks.ts");

  test("in what commands and the program are made of", () => {
    expect(files.length).toBeGreaterThan(700);
    expect(files.flatMap((file) => pathsIn(file, readFileSync(join(checkout, file), "utf8")))).toEqual([]);
  });

  test.each([
    'join(stacks, id, "commune.yaml")',
    "join(this.#stacks, id)",
    "path.join(tools.stacks, id)",
    'resolve(folder, "stacks", id)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program that is read.
    "`${stacks}/${id}`",
    'stacks + "/bron"',
  ])("%s is found", (text) => expect(pathsIn("x.ts", text)).toEqual(["x.ts:1"]));

  test("and the folder itself may be named", () => {
    expect(pathsIn("x.ts", 'join(checkout, "stacks"); inCommune(stacks, id); resolve(stacks)')).toEqual([]);
  });
});
