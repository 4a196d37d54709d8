#!/usr/bin/env node
// Loads the TypeScript commands; everything else is in scripts/commune.ts.
import { register } from "tsx/esm/api";

register();
await import("./commune.ts");
