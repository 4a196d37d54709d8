import { commune } from "./program.ts";

process.exitCode = await commune(process.argv.slice(2));
