import { keepersOf } from "../../components/commune/keepers.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { serverOfRows } from "../../components/recovery/points/plan.ts";
import { spoken } from "../language.ts";
import { seenKeeper } from "../recovery/keepers-seen.ts";
import type { Surroundings } from "../recovery/points.ts";

/**
 * Sentences about the databases' log of the former site after the points that came back: each keeper of the new site
 * finds its end when it begins its own. Nothing is said of a server whose log ends before.
 */
export async function logEnds(
  surroundings: Pick<Surroundings, "kubectl" | "now">,
  plan: CommunePlan,
  { context, after }: { context: string | undefined; after: string },
): Promise<string[]> {
  const lines = await Promise.all(
    keepersOf(plan).map(async (keeper): Promise<string[]> => {
      const { server, status } = await seenKeeper(surroundings, keeper, context, "en");
      const until = status?.gaps.at(-1)?.from;
      if (until === undefined || Date.parse(until) <= Date.parse(after)) return [];
      const section =
        server === "database" ? "database" : `${server.replace(/-database$/, "")}: dedicatedDatabase`;
      const tell = plan.points.flatMap(({ commune, service, rows }) =>
        rows !== undefined && serverOfRows(rows) === server
          ? [`npx commune restore ${commune} --service ${service} --tell`]
          : [],
      );
      return [
        spoken({
          en: `${server}: the rows of until ${until} are at ${keeper.vaults[0]} too. To have them, with the files of before: ${section}: { restoreFrom: { vault: ${keeper.vaults[0]}, at: ${until} } }, ${["npx pulumi up", ...tell].join(", then ")}`,
          fr: `${server} : les lignes jusqu’à ${until} sont aussi chez ${keeper.vaults[0]}. Pour les avoir, avec les fichiers d’avant : ${section}: { restoreFrom: { vault: ${keeper.vaults[0]}, at: ${until} } }, ${["npx pulumi up", ...tell].join(", puis ")}`,
        }),
      ];
    }),
  );
  return lines.flat();
}
