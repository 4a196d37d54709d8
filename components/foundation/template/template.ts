import { readFileSync } from "node:fs";
import { toolkitFile } from "../toolkit.ts";

/** A placeholder: a word that every language takes for a name. The convention of YunoHost's packages (`__DOMAIN__`). */
const placeholder = /__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__/g;

/** A placeholder, alone on its line if it is. */
const placeholderLine = new RegExp(`^([ \\t]*)(${placeholder.source})\n|${placeholder.source}`, "gm");

/** Values of placeholders, by name without the underscores. */
export type TemplateValues = Readonly<Record<string, string | number>>;

/**
 * Text of a file in a language of its own (a script, a server's configuration), with its placeholders filled in. A placeholder
 * that is alone on its line stands for lines, which are indented as it is; an empty text is no line.
 *
 * @param file its path below `components/`.
 * @throws Error naming each placeholder without a value, and each value without a placeholder.
 */
export function readTemplate(file: string, values: TemplateValues = {}): string {
  return fillTemplate(file, readFileSync(toolkitFile(`components/${file}`), "utf8"), values);
}

/** Fills in the placeholders of a file's text; the file is named in errors only. */
export function fillTemplate(file: string, text: string, values: TemplateValues): string {
  const asked = new Set(text.match(placeholder));
  const given = new Set(Object.keys(values).map((name) => `__${name}__`));
  const problems = [
    ...[...asked].filter((name) => !given.has(name)).map((name) => `${name} has no value`),
    ...[...given].filter((name) => !asked.has(name)).map((name) => `${name} is not in the file`),
  ];
  if (problems.length > 0) throw new Error(`${file}: ${problems.join(", ")}.`);
  return text.replace(placeholderLine, (found, indent?: string, alone?: string) => {
    const value = String(values[(alone ?? found).slice(2, -2)]);
    if (alone === undefined || value === "") return value;
    return `${value.replace(/\n$/, "").replace(/^(?=.)/gm, indent ?? "")}\n`;
  });
}
