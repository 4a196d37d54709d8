// Before the SDK, as `pulumi` starts it (docs/decisions/0002-one-typescript-loader.md): it loads half of what it would.
import "../preload.js";

/** `objectsOf` for commands, not for tests: it changes how the stacks of errors are read. */
export { objectsOf } from "./objects.ts";
