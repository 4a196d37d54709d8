// Before the SDK, as `pulumi` starts it (docs/decisions/0002-one-typescript-loader.md): it loads half of what it would.
import "../preload.js";

/**
 * `objectsOf` for commands, not for tests: it changes how the stacks of errors are read. Imported when the line above
 * is done: modules that several commands share come before a static import's turn.
 */
export const { objectsOf } = await import("./objects.ts");
