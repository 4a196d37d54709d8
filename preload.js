// What Node loads before Pulumi's SDK runs the program (Pulumi.yaml): it keeps the SDK from spending most of its start on what
// only errors and serialized functions need (docs/decisions/0002-one-typescript-loader.md).
import module, { createRequire } from "node:module";

// Node 22.1 and newer keep compiled code from run to run.
module.enableCompileCache?.();

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

/** Does without what an SDK of another version may not have: it starts slower, and as well. */
function whereThere(step) {
  try {
    step();
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
  }
}

/** Puts a stand-in in the place of a CommonJS package, which is loaded when something of it is asked for. */
function standIn(name) {
  const path = require.resolve(name);
  const proxy = new module.Module(path);
  const load = () => {
    if (require.cache[path] === proxy) delete require.cache[path];
    return require(path);
  };
  proxy.loaded = true;
  proxy.exports = new Proxy(
    {},
    {
      get(_, key) {
        // The SDK's compiled imports copy whatever is no ES module.
        if (key === "__esModule") return true;
        const exported = load();
        return key === "default" && !exported.__esModule ? exported : exported[key];
      },
    },
  );
  require.cache[path] = proxy;
}

const later = (...names) => {
  for (const name of names) whereThere(() => standIn(name));
};

// To serialize functions, which this program has none of.
later("typescript", "@npmcli/arborist", "normalize-package-data");
// For its Automation API, and when it is traced.
later("@logdna/tail-file");
later("@opentelemetry/exporter-zipkin", "@opentelemetry/instrumentation-grpc");
later("@opentelemetry/instrumentation", "@opentelemetry/resources");
later("@opentelemetry/sdk-trace-base", "@opentelemetry/sdk-trace-node");

// The SDK notes its own stack at every call, by an error without a message, and would look each line up in source maps.
whereThere(() => {
  require("source-map-support").install();
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" ? String(error) : prepareStackTrace(error, frames);
});
