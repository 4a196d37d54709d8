import { nameIn, others, ranAgain, type Seen } from "./seen.ts";

/** Returns what became of a commune's objects, as a table: pods and Jobs by name, objects with data by their number. */
export function upgradeTable(before: Seen, now: Seen, announced: readonly string[]): string {
  const restarted = new Set(others(before.pods, now.pods));
  const again = new Set(ranAgain(before.jobs, now.jobs));
  const replaced = new Set(others(before.kept, now.kept));
  const names = (of: Seen["pods"]) => [...new Set([...of.keys()].map(nameIn))].sort();
  const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const said = (name: string) => (announced.includes(name) ? "restarts" : "–");
  const came = new Set([...names(now.pods), ...names(now.jobs)]);
  for (const name of [...names(before.pods), ...names(before.jobs)]) came.delete(name);
  const kept = names(before.kept);
  return [
    row("object", "upgrade", "CHANGELOG"),
    row("---", "---", "---"),
    ...names(before.pods).map((name) =>
      row(name, restarted.has(name) ? "restarted" : "the same pods", said(name)),
    ),
    ...names(before.jobs).map((name) => row(name, again.has(name) ? "ran again" : "did not run", said(name))),
    ...[...came].sort().map((name) => row(name, "new", "–")),
    ...kept.filter((name) => replaced.has(name)).map((name) => row(name, "gone, or another object", "–")),
    row(`${kept.length - replaced.size} with data: namespaces, volumes, servers`, "the same objects", "–"),
  ].join("\n");
}
