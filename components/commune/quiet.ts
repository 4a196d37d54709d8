import pulumi from "@pulumi/pulumi";

/**
 * Leaves out two things that the SDK does for its own authors, a third of a preview's processor time
 * (docs/measurements.md):
 *
 * - five debug lines per resource, each a call to the engine; only `pulumi --debug` shows them;
 * - the place in the sources of every frame of a stack that it keeps with each promise, and shows when one is never
 *   settled. These errors have no message; every other error is shown with its places as before.
 */
export function quietSdk(): void {
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
  const withPlaces = Error.prepareStackTrace;
  if (withPlaces === undefined) return;
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" ? [error, ...frames].join("\n    at ") : withPlaces(error, frames);
}
