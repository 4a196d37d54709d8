import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../../../local/paths.ts";

/** The lines of a program that ask which language it is, instead of looking into a table of `{ en, fr }`. */
const asking = (text: string) =>
  text
    .split("\n")
    .flatMap((line, index) =>
      /[=!]==? ?["'](fr|en)["']|["'](fr|en)["'] ?[=!]==?|case ["'](fr|en)["']|\bisFrench\b/.test(line)
        ? [`${index + 1}: ${line.trim()}`]
        : [],
    );

test("what is said in two languages stands in a table, and nothing asks which language it is", () => {
  const programs = execFileSync("git", ["ls-files", "*.ts", "*.js", ":!test"], {
    cwd: checkout,
    encoding: "utf8",
  });
  const files = programs.trim().split("\n");
  expect(files.length).toBeGreaterThan(1000);
  const found = files.flatMap((file) =>
    asking(readFileSync(join(checkout, file), "utf8")).map((line) => `${file}:${line}`),
  );
  expect(found).toEqual([]);
});

test.each([
  'const none = language === "fr" ? "Rien." : "Nothing.";',
  'if (language !== "en") return french;',
  'const isFrench = path.startsWith("fr/");',
  'switch (language) { case "fr": return "Rien."; }',
])("%s would be told", (line) => expect(asking(line)).toHaveLength(1));
