// What Pulumi runs: index.ts, compiled, which is made again when one of its files has changed
// (docs/decisions/0002-one-typescript-loader.md).
import { pathToFileURL } from "node:url";
import { compile, compiled, isFresh } from "./compile.js";

if (!isFresh(compiled)) await compile();
const { default: outputs } = await import(pathToFileURL(compiled).href);

export default outputs;
