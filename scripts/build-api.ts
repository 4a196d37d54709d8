import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { toolkitFile } from "../components/foundation/toolkit.ts";

/** A longer type says less than its name: the declaration's, written out, has 30,000 letters. */
const longest = 500;

/** Returns docs/api.md with what TypeDoc makes of the docstrings of components/index.ts below its introduction. */
export function apiPage(): string {
  const out = mkdtempSync(join(tmpdir(), "commune-api-"));
  try {
    const options = ["--options", "typedoc.json", "--out", out, "--logLevel", "Error"];
    execaSync("typedoc", options, { cwd: toolkitFile("."), preferLocal: true, stdio: "inherit" });
    const [introduction = ""] = readFileSync(toolkitFile("docs/api.md"), "utf8").split("\n\n**");
    const made = readFileSync(join(out, "README.md"), "utf8").replace(/^# .*\n/, "");
    return `${introduction}\n${made.replaceAll(/^> .+$/gm, shortened)}`;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Returns a line that shows a type; only its name if it is too long to read: the `.d.ts` has it. */
function shortened(line: string): string {
  if (line.length <= longest) return line;
  return /^.*?\*\*.+?\*\*/.exec(line)?.[0] ?? "";
}
