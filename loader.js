// What Node loads before the programs of this project: its cache of compiled code, where it has one (22.1 and newer;
// the start takes half the time then), and tsx for TypeScript.
import module from "node:module";
import { register } from "tsx/esm/api";

module.enableCompileCache?.();
register();
