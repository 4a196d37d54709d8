import { fileURLToPath } from "node:url";
import { quietSdk } from "./components/commune/quiet.ts";
import { program } from "./program.ts";

quietSdk();
/** What the stack gives: components/commune/outputs.ts. */
export const { accounts, addresses, federation, hotspots, published, requestsKey, schools, tenants, vaults } =
  await program({
    stacks: fileURLToPath(new URL("stacks", import.meta.url)),
    kubeconfig: process.env.KUBECONFIG,
    today: new Date().toISOString().slice(0, 10),
  });
