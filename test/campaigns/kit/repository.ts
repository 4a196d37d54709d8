import { repositoryKey } from "../../../components/schools/apt/key.ts";
import { made } from "../../../components/schools/schools/library.ts";
import type { DebianRoot } from "./root.ts";
import type { LibraryServer } from "./server.ts";

const folder = "etc/apt/sources.list.d";

/**
 * Has apt install a kit from the commune's repository, with the file that the repository gives to machines; returns
 * what was installed from where. Throws when apt refuses.
 */
export async function takesFrom(root: DebianRoot, host: string, id: string, kit: string): Promise<string> {
  const { stdout: version } = await root.run(["cat", "/etc/debian_version"]);
  await root.install("curl");
  const sources = `https://${host}/packages/${id}.sources`;
  await root.run(["curl", "-fsSo", `/${folder}/${id}.sources`, sources]);
  await root.run(["apt-get", "update", "--error-on=any"]);
  await root.install(kit);
  const { stdout: policy } = await root.run(["apt-cache", "policy", kit]);
  if (!policy.includes(`https://${host}/packages ./ Packages`)) throw new Error(policy);
  const { stdout: settings } = await root.run(["cat", "/usr/share/openboard/etc/OpenBoard.config"]);
  if (!settings.includes(`SoftwareUpdateURL=https://${host}/update.json`)) throw new Error(settings);
  const { stdout: openboard } = await root.run(["dpkg-query", "-W", "openboard"]);
  return `Debian ${version}: apt installed ${kit} from ${host}, with ${openboard.replace("\t", " ")}`;
}

/** Tries what apt must refuse: lists that somebody has changed on the way, and lists that another key signed. */
export async function refusesOthers(
  root: DebianRoot,
  server: LibraryServer,
  id: string,
): Promise<{ text: string; right: boolean }[]> {
  const honest = server.files;
  const update = async () => {
    // Lists of its own, with nothing in them that could be gone on with.
    await root.run(["rm", "-rf", "/tmp/lists"]);
    await root.run(["mkdir", "-p", "/tmp/lists/partial"]);
    const only = [
      `Dir::Etc::sourcelist=/${folder}/${id}.sources`,
      "Dir::Etc::sourceparts=-",
      "Dir::State::lists=/tmp/lists",
    ];
    const words = ["apt-get", "update", "--error-on=any", ...only.flatMap((option) => ["-o", option])];
    const { exitCode, stderr } = await root.run(words, { reject: false });
    return { exitCode, reason: stderr.split("\n").find((line) => /^[EW]:/.test(line)) ?? stderr };
  };
  const text = (path: string) => String(honest.get(path)?.source);
  const forged = await repositoryKey("66".repeat(32), { name: "Bron", email: "numerique@bron.test" });
  const cases: [string, string, string][] = [
    ["a list that was changed", "packages/Packages", text("packages/Packages").replace("Bron", "Brno")],
    ["lists of another key", "packages/InRelease", await forged.sign(text("packages/Release"))],
  ];
  const results: { text: string; right: boolean }[] = [];
  for (const [what, path, content] of cases) {
    server.files = new Map([...honest, [path, made(content)]]);
    const { exitCode, reason } = await update();
    results.push({ text: `apt refuses ${what}: ${reason}`, right: exitCode !== 0 });
  }
  server.files = honest;
  const { exitCode } = await update();
  results.push({ text: "and takes the commune's again", right: exitCode === 0 });
  return results;
}
