// Plays `pulumi preview` and `pulumi up` for test/doubles/engine/index.ts, with the gate (audit/gate/exchange.ts).
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const folder = process.env.SCENE;
const { resources, published } = JSON.parse(readFileSync(join(folder, "scene.json"), "utf8"));
const words = process.argv.slice(2);

const stack = {
  urn: "urn:pulumi:bron::commune-cloud::pulumi:pulumi:Stack::commune-cloud-bron",
  type: "pulumi:pulumi:Stack",
};
const seed = {
  urn: "urn:pulumi:bron::commune-cloud::random:index/randomBytes:RandomBytes::bron-seed",
  type: "random:index/randomBytes:RandomBytes",
};
const all = Object.entries(resources).map(([name, { type, was, is }]) => {
  const changed = JSON.stringify(was) === JSON.stringify(is) ? "same" : "update";
  const op = is === undefined ? "delete" : was === undefined ? "create" : changed;
  return { urn: `urn:pulumi:bron::commune-cloud::${type}::${name}`, type, was, is, op };
});

const say = (value) => console.log(JSON.stringify(value));

async function given(file) {
  while (!existsSync(file)) await sleep(10);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @param isUpdate whether what is allowed is made after the preview. */
async function run(isUpdate) {
  const settings = await given(words[words.indexOf("--policy-pack-config") + 1]);
  const [gate] = Object.values(settings);
  await given(join(gate.folder, "key.json"));
  const tell = ({ op, urn, type, was, is }) => {
    const state = (inputs) => inputs && { inputs, custom: true };
    const metadata = { op, urn, type, old: state(was), new: state(is) };
    say({ resourcePreEvent: { planning: true, metadata } });
  };
  for (const each of [stack, seed]) tell({ ...each, op: "same" });
  // The engine reports them in another order each time.
  for (const each of isUpdate ? all.toReversed() : all) tell(each);
  const partsOf = ({ is }) => ({
    all: createHash("sha256").update(JSON.stringify(is)).digest("hex").slice(0, 32),
  });
  const seen = [
    ...[stack, seed].map(({ urn }) => ({ urn, parts: {}, late: [] })),
    ...all.filter(({ is }) => is).map((each) => ({ urn: each.urn, parts: partsOf(each), late: [] })),
  ];
  writeFileSync(join(gate.folder, "seen.jsonl"), seen.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const sources = Object.fromEntries(seen.map(({ urn }) => [urn, {}]));
  writeFileSync(join(gate.folder, "whole.partial"), JSON.stringify({ outputs: {}, sources }));
  renameSync(join(gate.folder, "whole.partial"), join(gate.folder, "whole.json"));
  if (isUpdate) {
    const verdict = await given(join(gate.folder, "verdict.json"));
    if (verdict.refused !== undefined) process.exit(1);
    writeFileSync(join(folder, "updated"), "");
  }
  say({ summaryEvent: { isPreview: true, result: "succeeded" } });
  if (isUpdate) say({ summaryEvent: { result: "succeeded", durationSeconds: 1 } });
}

switch (words.slice(0, 2).join(" ")) {
  case "stack export":
    say({
      deployment: {
        resources: [
          { ...stack, outputs: { published } },
          { ...seed, outputs: { base64: Buffer.alloc(32, 7).toString("base64") } },
          ...all.filter(({ was }) => was).map(({ urn, type }) => ({ urn, type })),
        ],
      },
    });
    break;
  case "stack history":
    say([]);
    break;
  case "version --non-interactive":
    console.log("v3.259.0");
    break;
  case "preview -s":
    await run(false);
    break;
  case "up --yes":
    await run(true);
    break;
  default:
    process.exit(9);
}
