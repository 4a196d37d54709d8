import { runByName } from "../test/by-name.ts";

/** `npm run bench <name> [-- options]`: measures something. Without a name: what there is. */
await runByName("bench", import.meta.dirname);
