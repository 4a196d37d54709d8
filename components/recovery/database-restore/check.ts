import type { Path } from "../../foundation/declaration/position.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";

/** A server as declared, and where. */
export interface RestoredServer {
  field: Path;
  restoreFrom?: { vault: string; at: string } | undefined;
  upgradeFrom?: string | undefined;
  /** Whether somebody else runs it. */
  isOutside: boolean;
}

/** What is wrong with what servers are to go back to. Paths are those of the declaration. */
export function restoreProblems(
  servers: readonly RestoredServer[],
  vaults: readonly string[],
): FieldProblem[] {
  return servers.flatMap(({ field: server, restoreFrom, upgradeFrom, isOutside }) => {
    if (restoreFrom === undefined) return [];
    const field = [...server, "restoreFrom"];
    if (isOutside) {
      const message =
        "the server is somebody else's, and who runs it restores it. Take it out, and give its operator the copies (docs/recovery.md).";
      return [{ field, message }];
    }
    const problems: FieldProblem[] = [];
    if (!vaults.includes(restoreFrom.vault)) {
      const known =
        vaults.length > 0 ? `Write one of: ${vaults.join(", ")}.` : "Write vaults: [<member>] there.";
      const message = `${show(restoreFrom.vault)} is no vault of recovery.vaults. ${known}`;
      problems.push({ field: [...field, "vault"], message });
    }
    if (upgradeFrom !== undefined) {
      const message =
        "a copy is of the version that the server had, and upgradeFrom would take it to another in the same step. First the one, then the other.";
      problems.push({ field, message });
    }
    return problems;
  });
}
