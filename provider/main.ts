import { readFileSync } from "node:fs";
import pulumi from "@pulumi/pulumi";
import { communeProvider } from "../components/commune/provider/index.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";

const { version }: { version: string } = JSON.parse(readFileSync(toolkitFile("package.json"), "utf8"));
await pulumi.provider.main(communeProvider(version), process.argv.slice(2));
