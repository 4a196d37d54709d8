import pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";
import { quietSdk } from "../../components/commune/quiet.ts";

const { debug } = pulumi.log;
const { prepareStackTrace } = Error;
afterEach(() => {
  Object.assign(pulumi.log, { debug });
  if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
  else Reflect.deleteProperty(Error, "prepareStackTrace");
});

test("errors with a message keep their places, and those without one their frames", () => {
  Error.prepareStackTrace = (error) => `${error} with places`;
  quietSdk();
  expect(new Error("refused").stack).toBe("Error: refused with places");
  expect(new Error().stack).toMatch(/^Error\n {4}at .*quiet\.test/);
});

test("what the SDK says to its own authors reaches no engine", async () => {
  quietSdk();
  await expect(pulumi.log.debug("registering")).resolves.toBeUndefined();
  expect(pulumi.log.debug).not.toBe(debug);
});
