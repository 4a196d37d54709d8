import pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";
import { quietSdk } from "../../components/commune/quiet.ts";

const { debug } = pulumi.log;
afterEach(() => {
  Object.assign(pulumi.log, { debug });
});

test("what the SDK says to its own authors reaches no engine", async () => {
  quietSdk();
  await expect(pulumi.log.debug("registering")).resolves.toBeUndefined();
  expect(pulumi.log.debug).not.toBe(debug);
});
