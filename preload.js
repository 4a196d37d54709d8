// What Node loads before Pulumi's SDK runs the program (Pulumi.yaml): it keeps the SDK from spending most of its start on what
// only errors and serialized functions need (docs/decisions/0002-one-typescript-loader.md).
import module, { createRequire } from "node:module";

// Node 22.1 and newer keep compiled code from run to run.
module.enableCompileCache?.();

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

/** Puts a stand-in in the place of a CommonJS package, which is loaded when something of it is asked for. */
function later(name) {
  const path = require.resolve(name);
  const standIn = new module.Module(path);
  const load = () => {
    if (require.cache[path] === standIn) delete require.cache[path];
    return require(path);
  };
  standIn.loaded = true;
  standIn.exports = new Proxy(
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
  require.cache[path] = standIn;
}

// To serialize functions, which this program has none of.
for (const name of ["typescript", "@npmcli/arborist", "normalize-package-data"]) later(name);
// For its Automation API, and when it is traced.
later("@logdna/tail-file");
for (const part of ["exporter-zipkin", "instrumentation", "instrumentation-grpc"])
  later(`@opentelemetry/${part}`);
for (const part of ["resources", "sdk-trace-base", "sdk-trace-node"]) later(`@opentelemetry/${part}`);

// The SDK notes its own stack at every call, by an error without a message, and would look each line up in source maps.
require("source-map-support").install();
const { prepareStackTrace } = Error;
Error.prepareStackTrace = (error, frames) =>
  error.message === "" ? String(error) : prepareStackTrace(error, frames);

// Its debug lines, which nobody sees without `pulumi --debug`, have the text of each answer of the engine in them.
require("google-protobuf").Message.prototype.toString = () => "a message";
