import { execa } from "execa";

// `npm run golden` compares; `npm run golden -- --accept` writes what was reviewed.
const accept = process.argv.includes("--accept");
const { exitCode } = await execa(
  "vitest",
  ["run", "--project", "registrations", ...(accept ? ["--update"] : [])],
  { preferLocal: true, stdio: "inherit", reject: false },
);
process.exitCode = exitCode ?? 1;
