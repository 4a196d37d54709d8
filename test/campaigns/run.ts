import { runByName } from "../by-name.ts";

/** `npm run campaign <name> [-- options]`: the long form of a test. Without a name: what there is. */
await runByName("campaign", import.meta.dirname);
