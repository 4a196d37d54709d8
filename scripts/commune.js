#!/usr/bin/env node
// The commands, compiled, which are made again when one of their files has changed; they begin in scripts/commune.ts
// (docs/decisions/0002-one-typescript-loader.md).
import module from "node:module";
import { pathToFileURL } from "node:url";
import { compileCommands, compiledCommands, isFresh } from "../compile.js";

// Node 22.1 and newer keep compiled code from run to run.
module.enableCompileCache?.();
if (!isFresh(compiledCommands)) await compileCommands();
await import(pathToFileURL(compiledCommands).href);
