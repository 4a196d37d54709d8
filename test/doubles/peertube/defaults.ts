import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import { upstream } from "../../upstream/lines.ts";
import { leaves, merged, nested, type Values } from "./server/configuration/values.ts";

/** Keys by the first minor version that has them; those that are in no list were there before. */
const since: readonly { major: number; minor: number; keys: readonly string[] }[] = [
  { major: 8, minor: 3, keys: upstream("peertube-8.3.new-keys.txt").map((line) => line.split(" ")[0] ?? "") },
];

/** Text of the default.yaml of one version: every key that it knows, and no other. */
export function defaultsOf(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const later = since
    .filter((each) => major < each.major || (major === each.major && minor < each.minor))
    .flatMap(({ keys }) => keys);
  const newest = yaml.load(readFileSync(new URL("config/default.yaml", import.meta.url), "utf8")) as Values;
  const known = leaves(newest).filter(([path]) => !later.includes(path));
  return yaml.dump(known.reduce<Values>((all, [path, value]) => merged(all, nested(path, value)), {}));
}
