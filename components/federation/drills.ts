/** The log of recovery drills beside a commune's declaration: one signed and chained line for each drill (docs/drill.md). */
export const drillsFile = "drills.jsonl";

/** Key of the drills' result in the ConfigMap of the approvals' head: a change restarts nothing. */
export const drillsKey = "drills.json";
