import { commune } from "./program.ts";

// A reader may stop before the end: `commune --help | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await commune(process.argv.slice(2));
