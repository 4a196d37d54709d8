import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { median, taken } from "../test/cluster/timing.ts";

/**
 * `npm run bench start`: what each thing that makes the program's start shorter is worth. A preview of Villeurbanne from
 * nothing on the local cluster, with all of them and without each, in turns. A trick that is worth less than 0.2 s of
 * processor time does not pay for its lines.
 */
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const runs = 5;
const project = new Project(environment);

const preload = readFileSync(join(project.folder, "preload.js"), "utf8");
const index = readFileSync(join(project.folder, "index.ts"), "utf8");

/** A text without what a pattern finds, which has to be there. */
function without(text: string, pattern: RegExp | string): string {
  const after = text.replace(pattern, "");
  if (after === text)
    throw new Error(`${pattern} is not there any more: this bench has to follow preload.js`);
  return after;
}

/** The two files as they are, and without one trick each. */
const variants: [string, { preload?: string; index?: string }][] = [
  ["everything", {}],
  ["no stand-ins for packages", { preload: without(preload, /^\s*later\(.*;$/gm) }],
  ["source maps for empty errors", { preload: without(preload, /^ {2}Error\.prepareStackTrace = [^;]*;$/m) }],
  ["the SDK's debug lines", { index: without(index, /^quietSdk\(\);$/m) }],
];

try {
  await project.createStack(stack);
  const figures = variants.map((): { clock: number; processor: number }[] => []);
  // The first turn warms file caches.
  for (let run = 0; run <= runs; run++)
    for (const [which, [, files]] of variants.entries()) {
      writeFileSync(join(project.folder, "preload.js"), files.preload ?? preload);
      writeFileSync(join(project.folder, "index.ts"), files.index ?? index);
      // The program is compiled before, so that its own time is not measured.
      await project.compile();
      const figure = await taken(() => project.succeed("preview", "-s", stack));
      if (run > 0) figures[which]?.push(figure);
    }
  const middle = (which: number, what: "clock" | "processor") =>
    median((figures[which] ?? []).map((figure) => figure[what]));
  console.log(
    `a preview from nothing, ${runs} runs each, medians, load average ${(loadavg()[0] ?? 0).toFixed(1)}`,
  );
  for (const [which, [title]] of variants.entries()) {
    const saved = middle(which, "processor") - middle(0, "processor");
    console.log(
      `  ${title.padEnd(36)} ${middle(which, "processor").toFixed(2)} s of processor time (${saved < 0 ? "" : "+"}${saved.toFixed(2)}), ${middle(which, "clock").toFixed(2)} s by the clock`,
    );
  }
} finally {
  project.remove();
}
