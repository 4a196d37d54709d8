import { afterEach, beforeAll, expect } from "vitest";
import { begin, keepEvidence } from "./evidence.ts";

beforeAll(() => begin(expect.getState().testPath));

// Before the file's own afterAll takes its namespaces away.
afterEach(async ({ task }) => {
  for (const error of task.result?.errors ?? []) error.message += await keepEvidence();
});
