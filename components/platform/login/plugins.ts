import { readFileSync } from "node:fs";
import { toolkitFile } from "../../foundation/toolkit.ts";

/** Plugins of ours for LemonLDAP::NG, each a file beside its configuration, of the same name. */
export const plugins = ["CommuneSecondFactor", "CommuneLogout", "CommuneLetters"] as const;

/** Their files, by name. */
export function pluginFiles(): Record<string, string> {
  return Object.fromEntries(
    plugins.map((plugin) => {
      const name = `${plugin}.pm`;
      return [name, readFileSync(toolkitFile(`components/platform/login/perl/${name}`), "utf8")];
    }),
  );
}
