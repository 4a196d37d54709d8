import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import { toolkitFile } from "../../../components/foundation/toolkit.ts";
import { leaves, merged, nested, type Values } from "./server/configuration/values.ts";

const read = (file: string) => readFileSync(toolkitFile(`test/doubles/peertube/${file}`), "utf8");

/** The first word of each line of a list: a key. */
export function keysIn(list: string): string[] {
  const lines = read(list).split("\n");
  return lines.flatMap((line) => (line === "" || line.startsWith("#") ? [] : [line.split(" ")[0] ?? ""]));
}

/** Lists of keys by the first minor version that has them; those that are in no list were there before. */
const since: readonly { major: number; minor: number; file: string }[] = [
  { major: 8, minor: 3, file: "new-keys-8.3.txt" },
];

/** Text of the default.yaml of one version: every key that it knows, and no other. */
export function defaultsOf(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const later = since
    .filter((each) => major < each.major || (major === each.major && minor < each.minor))
    .flatMap(({ file }) => keysIn(file));
  const newest = yaml.load(read("config/default.yaml")) as Values;
  const known = leaves(newest).filter(([path]) => !later.includes(path));
  return yaml.dump(known.reduce<Values>((all, [path, value]) => merged(all, nested(path, value)), {}));
}
