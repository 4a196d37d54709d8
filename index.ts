import { repositoryFile } from "./components/foundation/repository.ts";
import { program } from "./program.ts";

/** Outputs of the stack: components/commune/outputs.ts. */
export default await program({
  stacks: repositoryFile("stacks"),
  kubeconfig: process.env.KUBECONFIG,
  today: new Date().toISOString().slice(0, 10),
});
