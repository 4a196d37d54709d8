import { execa } from "execa";
import { installPackages, missingPackages } from "../../local/packages.ts";
import { checkout } from "../../local/paths.ts";
import { isThere, languages } from "./languages.ts";
import { goldenProblems, hasNginx, unpackNginx } from "./nginx.ts";
import { verifySignatures } from "./signatures.ts";

/**
 * The part of `npm run lint` that is not Biome: files in other languages, each by its own tool. A tool that is not on this
 * machine is left out, and named; with `--install`, which CI says, it is installed first, and the registry's signatures of
 * packages are verified, which asks it for each of them.
 */
const installs = process.argv.includes("--install");
const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: checkout,
});
const { stdout: gone } = await execa("git", ["ls-files", "--deleted"], { cwd: checkout });
const removed = new Set(gone.split("\n"));
// What Helm fills is none of these languages before.
const files = stdout.split("\n").filter((file) => !removed.has(file) && !file.includes("/templates/"));

if (installs) {
  const missing = await missingPackages(languages.flatMap(({ packages }) => packages));
  await installPackages(missing);
  if (!hasNginx()) await unpackNginx();
}

const leftOut: string[] = [];
const checked = languages.map(async ({ name, program, packages, files: own, problemsIn }) => {
  const some = files.filter((file) => own.test(file));
  if (await isThere(program)) return problemsIn(some);
  leftOut.push(`${name} (apt-get install ${packages.join(" ")})`);
  return [];
});
const fronts = files.filter((file) => /^test\/golden\/.*\.yaml$/.test(file));
if (hasNginx()) checked.push(goldenProblems(fronts));
else leftOut.push("nginx");

if (installs) {
  const { problems, unverified } = await verifySignatures(checkout);
  if (unverified !== undefined) console.error(`Signatures of packages were not verified: ${unverified}.`);
  checked.push(Promise.resolve(problems));
}

const problems = (await Promise.all(checked)).flat();
if (leftOut.length > 0)
  console.error(
    `Not checked, since its tool is not here: ${leftOut.join(", ")}; npm run lint:all installs it.`,
  );
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
