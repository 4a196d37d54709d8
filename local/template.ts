import { readFileSync } from "node:fs";
import { fillTemplate, type TemplateValues } from "../components/foundation/template/template.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";

/**
 * Does what `readTemplate` does, with a file of the local cloud or of the commands.
 *
 * @param path of the file in the toolkit.
 */
export function toolkitTemplate(path: string, values: TemplateValues = {}): string {
  return fillTemplate(path, readFileSync(toolkitFile(path), "utf8"), values);
}
