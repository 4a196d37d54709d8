import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bringUp, takeDown } from "../cluster/shared.ts";
import { Town } from "./tenants/town.ts";

/**
 * `npm run campaign:tenants -- --count 30`: that many associations, WordPress and DokuWiki each, on the cluster of the tests,
 * in three steps. How long each update takes, what they take of memory when nobody visits, whether one more changes anything
 * of the others, and how long a preview of 200 takes (`--planned`). Ends with 1 where one more changes something.
 */
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "30" },
    planned: { type: "string", default: "200" },
  },
});
const [count, planned] = [Number(values.count), Number(values.planned)];

function say(line: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  load ${loadavg()[0]?.toFixed(1)}  ${line}`);
}

await bringUp(new AbortController().signal);
const town = new Town(Math.max(count + 1, planned));
try {
  await town.open();
  if (planned > 0) {
    const { seconds, objects } = await town.preview(planned);
    say(`${planned} associations previewed in ${seconds} s: ${objects} objects`);
  }
  let before = 0;
  for (const upTo of [count / 3, (count * 2) / 3, count].map(Math.round)) {
    const { seconds, changes } = await town.up(upTo);
    const created = changes.created ?? 0;
    const each = (seconds / (upTo - before)).toFixed(1);
    say(`${before} to ${upTo} associations: up in ${seconds} s, ${each} s each; ${created} objects created`);
    const { working, anonymous, largest, server, associations } = await town.memory();
    say(
      `${associations} associations take ${working} MiB, ${Math.round(working / associations)} each (${Math.round(anonymous / associations)} without cached files; the most ${largest}); the database server ${server} MiB`,
    );
    before = upTo;
  }
  const { seconds: still } = await town.up(count);
  say(`nothing changed: up in ${still} s`);
  const others = await town.untouched(count);
  const { seconds, changes } = await town.up(count + 1);
  const isUntouched = (await town.untouched(count)) === others;
  say(
    `one more: up in ${seconds} s, ${JSON.stringify(changes)}; the others are ${isUntouched ? "untouched" : "NOT the same"}`,
  );
  if (!isUntouched || Object.keys(changes).some((what) => !["created", "unchanged"].includes(what)))
    process.exitCode = 1;
} finally {
  await town.close();
  await takeDown();
}
