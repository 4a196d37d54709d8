import type { Report } from "./report.ts";

/** Communes in which the same happens. */
export interface Alike {
  communes: string[];
  /** Report of the first of them. */
  report: Report;
}

/** Groups reports of many communes: those with the same changes, label and summary count once. */
export function alike(reports: readonly Report[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const report of reports) {
    const { label, summary, changes, commune, name } = report;
    const own = [label, changes, summary.map((sentence) => sentence.replaceAll(name, ""))];
    const key = JSON.stringify(own);
    const group = groups.get(key) ?? { communes: [], report };
    groups.set(key, { ...group, communes: [...group.communes, commune] });
  }
  // What happens to few is what somebody has to look at.
  return [...groups.values()].sort((one, other) => one.communes.length - other.communes.length);
}
