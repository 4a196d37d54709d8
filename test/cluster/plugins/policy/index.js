// The SDK requires a policy pack through a TypeScript compiler of its own; an import goes through tsx.
import { register } from "tsx/esm/api";

register();
import("./pack.ts");
