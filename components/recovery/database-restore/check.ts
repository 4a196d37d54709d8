import type { Path } from "../../foundation/declaration/position.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";

/** A server as declared, and where. */
export interface RestoredServer {
  field: Path;
  restoreFrom?: { vault: string; at: string } | undefined;
  upgradeFrom?: string | undefined;
  /** Whether the server is run by somebody else. */
  isOutside: boolean;
  /** Whether it is several, on nodes of their own. */
  isSpread: boolean;
}

/** Returns the problems of the restores that servers declare. Paths are those of the declaration. */
export function restoreProblems(
  servers: readonly RestoredServer[],
  { recovery }: { recovery?: { vaults: readonly string[] } | undefined },
): FieldProblem[] {
  const vaults = recovery?.vaults ?? [];
  return servers.flatMap(({ field: server, restoreFrom, upgradeFrom, isOutside, isSpread }) => {
    if (isSpread && !isOutside) return ofSeveral(server, { restoreFrom, upgradeFrom });
    if (restoreFrom === undefined) return [];
    const field = [...server, "restoreFrom"];
    if (isOutside) {
      const message =
        "the server is run by somebody else, and its operator restores it. Remove restoreFrom, and give the operator the copies (docs/recovery.md).";
      return [{ field, message }];
    }
    const problems: FieldProblem[] = [];
    if (!vaults.includes(restoreFrom.vault)) {
      const known =
        vaults.length > 0 ? `Write one of: ${vaults.join(", ")}.` : "Write vaults: [<member>] there.";
      const message = `${show(restoreFrom.vault)} is not one of recovery.vaults. ${known}`;
      problems.push({ field: [...field, "vault"], message });
    }
    if (upgradeFrom !== undefined) {
      const message =
        "a copy has the version that the server had, and upgradeFrom would change the version in the same step. Restore first, then upgrade.";
      problems.push({ field, message });
    }
    return problems;
  });
}

/** Finds what only a server of one pod does: it works on the volume before it starts, and the operator's servers have three. */
function ofSeveral(
  server: Path,
  { restoreFrom, upgradeFrom }: Pick<RestoredServer, "restoreFrom" | "upgradeFrom">,
): FieldProblem[] {
  const move = 'bring the rows to it: docs/database.md, "From one node to several, and back".';
  return [
    ...(restoreFrom === undefined
      ? []
      : [
          {
            field: [...server, "restoreFrom"],
            message: `is for a server on one node (availability: single), and this one is on several. Restore another server of the commune or of a copy of it, and ${move} npx commune restore brings one service alone back.`,
          },
        ]),
    ...(upgradeFrom === undefined
      ? []
      : [
          {
            field: [...server, "upgradeFrom"],
            message: `is for a server on one node (availability: single), and this one is on several. Declare a server of the new version for the service, and ${move}`,
          },
        ]),
  ];
}
