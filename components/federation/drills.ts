/** The log of recovery drills beside a commune's declaration: one line for each, signed and chained (docs/drill.md). */
export const drillsFile = "drills.jsonl";

/** The key of what it comes to, beside the head of the log of approvals, in the same ConfigMap: it restarts nothing. */
export const drillsKey = "drills.json";
