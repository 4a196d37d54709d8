import pulumi from "@pulumi/pulumi";

/**
 * Stops the program with a message for people, before anything is registered.
 *
 * The error has no stack: a reader has no use for it, and Node 20 spends half a minute colouring frames of
 * scoped packages when the SDK prints one (pulumi/pulumi#21326).
 */
export function refuse(message: string): never {
  const error = new pulumi.RunError(message);
  error.stack = "";
  throw error;
}
