import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fillTemplate, readTemplate } from "../../../components/foundation/template/template.ts";
import { checkout } from "../../../local/paths.ts";

const filled = (text: string, values: Record<string, string | number>) => fillTemplate("a.sh", text, values);

describe("a template", () => {
  test("has its values in the place of its placeholders, in one pass", () => {
    expect(filled("cd __FOLDER__/x && head -n __LINES__ '__FOLDER__'\n", { FOLDER: "/a$&b", LINES: 3 })).toBe(
      "cd /a$&b/x && head -n 3 '/a$&b'\n",
    );
    expect(filled("echo __A__ __B__", { A: "__B__", B: "b" })).toBe("echo __B__ b");
  });

  test("has lines, as far from the margin, where a placeholder is alone on its line", () => {
    expect(filled("a {\n  __B__\n}\n", { B: "b;\n\nc;\n" })).toBe("a {\n  b;\n\n  c;\n}\n");
    expect(filled("__A__\nb\n", { A: "a\n\n" })).toBe("a\n\nb\n");
    expect(filled("a\n  __B__\nc\n", { B: "" })).toBe("a\nc\n");
    expect(filled("a\n  __B__\nc\n", { B: "\n" })).toBe("a\n\nc\n");
  });

  test("leaves alone what other languages write with two underscores", () => {
    const text = "if __name__ == '__main__': x.__init__(a__B__c)";
    expect(() => filled(text, {})).toThrow("__B__ has no value");
    expect(filled("if __name__ == '__main__': pass", {})).toBe("if __name__ == '__main__': pass");
  });

  test("is refused when a placeholder has no value or a value no placeholder, all at once", () => {
    expect(() => filled("__A__ __B__ __A__", { C: "c" })).toThrow(
      "a.sh: __A__ has no value, __B__ has no value, __C__ is not in the file.",
    );
  });
});

test("a file is read by its path below components/", () => {
  expect(readTemplate("platform/login/perl/CommuneLogout.pm")).toMatch(/^package /m);
  expect(readdirSync(join(checkout, "components", "platform", "login", "perl"))).toContain(
    "CommuneLogout.pm",
  );
});
