import { checkout } from "../../local/paths.ts";
import { runByName } from "../by-name.ts";
import { readHistory } from "../turn/history.ts";
import { readRecord, writeRecord } from "../turn/record.ts";

/** Writes into test/all.json when a campaign passed, unless there are files that are not committed: nobody could say what ran. */
async function recordWhenPassed(name: string, words: readonly string[]): Promise<void> {
  const history = await readHistory(checkout);
  const began = Date.now();
  process.once("exit", (code) => {
    if (code !== 0 || history === undefined || !history.clean) return;
    const { head: commit } = history;
    const record = readRecord(checkout, commit);
    record.campaigns[name] = {
      ...{ commit, date: new Date(began).toISOString().slice(0, 10) },
      seconds: Math.round((Date.now() - began) / 1000),
      words: words.join(" "),
    };
    writeRecord(checkout, record);
  });
}

/** `npm run campaign <name> [-- options]`: the long form of a test. Without a name: what there is. */
await runByName("campaign", import.meta.dirname, recordWhenPassed);
