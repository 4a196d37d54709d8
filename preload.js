// What Node loads before Pulumi's SDK runs the program (Pulumi.yaml): Node 22.1 and newer keep compiled code from run to run
// (docs/decisions/0002-one-typescript-loader.md).
import module from "node:module";

module.enableCompileCache?.();
