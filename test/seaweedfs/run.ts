import { seaweedfs } from "./build.ts";

/** `npx tsx test/seaweedfs/run.ts`: builds the store for `test/programs/bucket.test.ts`, which is skipped without it. */
console.log(await seaweedfs());
