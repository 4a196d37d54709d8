#!/usr/bin/env node
// Loads the TypeScript commands; everything else is in scripts/program.ts.

// What declarations are read with is loaded before tsx, which would look at each of its hundred files. A list of verbs needs none of it.
const [verb = "--help"] = process.argv.slice(2);
await import("commander");
if (!verb.startsWith("-")) await Promise.all([import("zod"), import("js-yaml")]);

await import("../loader.js");
await import("./commune.ts");
