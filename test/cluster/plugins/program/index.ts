import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const mode: string = config.require("mode");
const provider = new k8s.Provider("local", {
  kubeconfig: config.require("kubeconfig"),
  namespace: config.require("namespace"),
});

if (mode === "throw") {
  const refusal = new pulumi.RunError("the program threw");
  // Node 20 takes a minute to print a stack that ends in a file of a scoped package, such as the SDK's.
  refusal.stack = refusal.message;
  throw refusal;
}
if (mode === "exit") process.exit(7);
if (mode === "wait") {
  console.log(`waiting in process ${process.pid}`);
  await new Promise((resolve) => setTimeout(resolve, 10 * 60_000));
}

new k8s.core.v1.Secret("language", { metadata: { name: "language" }, stringData: { a: "1" } }, { provider });
console.log("the program printed this");

export const given = config.requireSecret("given");
export const stack = pulumi.getStack();
export const where = import.meta.dirname;
