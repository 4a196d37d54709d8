// What the SDK's runner of plugins requires: main.ts, compiled, which is made again when one of its files has changed.
import { pathToFileURL } from "node:url";

async function load() {
  const { compiledProvider, compileProvider, isFresh } = await import("../compile.js");
  if (!isFresh(compiledProvider)) await compileProvider();
  await import(pathToFileURL(compiledProvider).href);
}

load();
