// What the SDK's runner of policy packs requires, as audit/gate/index.js is: pack.ts, compiled.
import { pathToFileURL } from "node:url";

async function load() {
  const { compiledPack, compilePack, isFresh } = await import("../compile.js");
  const pack = compiledPack("policies");
  if (!isFresh(pack)) await compilePack("policies");
  await import(pathToFileURL(pack).href);
}

load();
