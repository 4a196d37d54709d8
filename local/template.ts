import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillTemplate, type TemplateValues } from "../components/foundation/template/template.ts";
import { checkout } from "./paths.ts";

/**
 * Does what `readTemplate` does, with a file of the local cloud or of the commands.
 *
 * @param path of the file in the checkout.
 */
export function checkoutTemplate(path: string, values: TemplateValues = {}): string {
  return fillTemplate(path, readFileSync(join(checkout, path), "utf8"), values);
}
