import { seaweedfs } from "./build.ts";

/** `npx tsx test/seaweedfs/run.ts`: builds the store that `test/programs/bucket.test.ts` is about, which is passed over without it. */
console.log(await seaweedfs());
