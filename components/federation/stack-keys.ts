import pulumi from "@pulumi/pulumi";
import { show } from "../foundation/declaration/show.ts";
import { readPublicKey } from "../foundation/multikey/multikey.ts";
import { refuse } from "../foundation/refuse.ts";
import type { Federation } from "./members.ts";

/**
 * Returns the metropolis with the keys that stacks of the same backend publish, for peers whose key is not written
 * down. A stack that has not been brought up yet has none; the first key seen at its domain then counts.
 *
 * The engine stops the program if a named stack does not exist; a stack of another commune is refused here.
 */
export async function withStackKeys(metropolis: Federation, peers: readonly string[]): Promise<Federation> {
  const read = await Promise.all(
    peers.map(async (peer) => {
      const member = metropolis.members[peer];
      if (member?.stack === undefined) return [];
      if (member.publicKey !== undefined && member.vaultKey !== undefined) return [];
      const name = [pulumi.getOrganization(), pulumi.getProject(), member.stack].join("/");
      const { value } = await new pulumi.StackReference(`stack-of-${peer}`, { name }).getOutputDetails(
        "federation",
      );
      const said = (value ?? {}) as { domain?: unknown; publicKey?: unknown; vaultKey?: unknown };
      if (said.domain !== undefined && said.domain !== member.domain) {
        refuse(
          `stacks/federation.yaml: members.${peer}.stack: ${show(member.stack)} is the stack of ${said.domain}, and ${peer} is at ${member.domain}. Write the name of its own stack, or remove the line.`,
        );
      }
      const [publicKey, vaultKey] = [
        member.publicKey ?? keyOf(said.publicKey),
        member.vaultKey ?? keyOf(said.vaultKey),
      ];
      return [[peer, { ...member, ...(publicKey && { publicKey }), ...(vaultKey && { vaultKey }) }] as const];
    }),
  );
  return { ...metropolis, members: { ...metropolis.members, ...Object.fromEntries(read.flat()) } };
}

function keyOf(key: unknown): string | undefined {
  return typeof key === "string" && readPublicKey(key) !== undefined ? key : undefined;
}
