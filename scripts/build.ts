// Makes dist/, the folder of the package (`npm run build`, `npm run package`): this checkout without its TypeScript, at the
// same paths, with what compile.js makes of it (docs/decisions/0291-the-package-is-the-checkout-compiled.md).
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execaSync } from "execa";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { bundle, packedBundle } from "../local/images/bundle.ts";
import { recipes } from "../local/recipes.ts";
import { programsPackage } from "../local/toolchain/prebuilt.ts";
import manifest from "../package.json" with { type: "json" };
import { sources as doubles } from "../test/doubles/sources.ts";
import { apiPage } from "./build-api.ts";

const dist = toolkitFile("dist");

/** Folders and files of the package. In place of TypeScript it has what is compiled from it. */
const parts = [
  ...["audit", "charts", "components", "docs", "local", "policies", "programs", "provider"],
  ...["scripts", "stacks"],
  ...["compile.js", "main.js", "preload.js", "index.ts", "program.ts", "package.json"],
  ...["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "publiccode.yml"],
];

/** Parts that no command reads there: pictures, tests, settings of stacks. */
const leftOut = /^docs\/images\/|_test\.go$|^stacks\/Pulumi\./;

/** Returns the packages that a commune's program and the toolkit share, in the versions that were tried. */
function peers(): Record<string, string> {
  const { devDependencies }: { devDependencies: Record<string, string> } = manifest;
  return Object.fromEntries(
    Object.keys(manifest.peerDependencies).map((name) => [name, devDependencies[name] ?? ""]),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Marks the output of compile.js as made of no sources that can change: the package has none. */
function finish(compiled: string): void {
  for (const file of filesBelow(compiled)) {
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".json"))
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(text) as object), madeOf: {} }));
    else writeFileSync(file, text.replace(/^\/\/ Made of .*/, "// Made of {}"));
  }
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
// Charts link to the parts that they share, and a package may not contain links.
execaSync("cp", ["--recursive", "--dereference", ...parts, dist], { cwd: toolkitFile(".") });
symlinkSync(toolkitFile("node_modules"), join(dist, "node_modules"));
const files = recipes.flatMap((recipe) => (recipe.sources === doubles ? recipe.files : []));
const folders = files.flatMap(({ source, bundle: entry }) => (source ?? entry)?.split("/")[0] ?? []);
for (const double of new Set([...folders, "mailbox"]))
  cpSync(join(doubles, double), join(dist, "test", "doubles", double), { recursive: true });
cpSync(join(doubles, "recipes.ts"), join(dist, "test", "doubles", "recipes.ts"));
cpSync(join(doubles, "sources.ts"), join(dist, "test", "doubles", "sources.ts"));
execaSync("node", ["compile.js"], { cwd: dist, stdio: "inherit" });
finish(join(dist, ".local", "program"));
rmSync(join(dist, "node_modules"));

for (const entry of new Set([...files.flatMap(({ bundle: entry }) => entry ?? []), "mailbox/main.ts"])) {
  const packed = packedBundle(entry, join(dist, "test", "doubles"));
  mkdirSync(dirname(packed), { recursive: true });
  writeFileSync(packed, await bundle(entry, doubles));
}

for (const file of filesBelow(dist))
  if (file.endsWith(".ts") || leftOut.test(file.slice(dist.length + 1))) rmSync(file);
const compiler = toolkitFile("node_modules/typescript-7/bin/tsc");
execaSync("node", [compiler, "--project", "tsconfig.build.json"], { cwd: toolkitFile(".") });

writeFileSync(join(dist, "docs", "api.md"), apiPage());

const { name, version, description, license, type, bin, exports, engines, dependencies } = manifest;
writeFileSync(
  join(dist, "package.json"),
  `${JSON.stringify(
    {
      ...{ name, version, description, license, type, bin, exports, engines, dependencies },
      // What programs of another release lack is compiled: any of them will do (decision 0355).
      peerDependencies: { ...peers(), [programsPackage]: "*" },
      peerDependenciesMeta: { [programsPackage]: { optional: true } },
    },
    undefined,
    2,
  )}\n`,
);
