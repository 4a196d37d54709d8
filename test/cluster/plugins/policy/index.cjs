// The SDK requires a policy pack through a TypeScript compiler of its own; an import goes through tsx.
module.exports = import("./pack.ts");
