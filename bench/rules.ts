import { loadavg } from "node:os";
import { join } from "node:path";
import { checkout } from "../local/paths.ts";
import { judge, sentence } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { objectsOf } from "../scripts/objects.ts";
import { ownPubliccode, sideAt } from "../scripts/side.ts";
import { median } from "../test/cluster/timing.ts";

/**
 * `npm run bench rules`: what all rules take of a preview of Villeurbanne, in this process. The first time, as in the
 * program, and the median of eleven more. Prints milliseconds by the clock and of processor time.
 */
const side = await sideAt(join(checkout, "stacks"), "villeurbanne", objectsOf);
const facts = {
  ...side,
  site: { dataIsDisposable: false, registryMirrors: {} },
  today: new Date().toISOString().slice(0, 10),
  publiccode: ownPubliccode(),
};

function once() {
  const [started, processor] = [performance.now(), process.cpuUsage()];
  const findings = judge(rules, facts);
  const { user, system } = process.cpuUsage(processor);
  return { clock: performance.now() - started, processor: (user + system) / 1000, findings };
}

const first = once();
const more = Array.from({ length: 11 }, once);
const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
console.log(
  [
    `${rules.length} rules, ${side.objects.length} objects, load average ${loadavg()[0]?.toFixed(1)}`,
    `first: ${milliseconds(first.clock)}, processor ${milliseconds(first.processor)}`,
    `then: ${milliseconds(median(more.map(({ clock }) => clock)))}, processor ${milliseconds(median(more.map(({ processor }) => processor)))}`,
    ...first.findings.map((finding) => `${finding.rule.level}: ${sentence(finding)}`),
  ].join("\n"),
);
