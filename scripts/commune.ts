import { commune } from "./program.ts";

// A reader may stop before the end (`commune --help | head`): what was begun goes on all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await commune(process.argv.slice(2));
