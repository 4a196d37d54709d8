import pulumi from "@pulumi/pulumi";
import type { Link } from "./links.ts";
import type { Federation } from "./members.ts";
import { readPublicKey } from "./proof.ts";

/**
 * The metropolis with the keys that stacks of the same backend publish, for peers whose key nobody wrote down. A
 * stack that has not been brought up yet says none; its key is then the first one seen at its domain.
 *
 * The engine stops the program when a named stack does not exist.
 */
export async function withStackKeys(metropolis: Federation, links: readonly Link[]): Promise<Federation> {
  const read = await Promise.all(
    links.map(async ({ peer }) => {
      const member = metropolis.members[peer];
      if (member === undefined || member.publicKey !== undefined || member.stack === undefined) return [];
      const name = [pulumi.getOrganization(), pulumi.getProject(), member.stack].join("/");
      const { value } = await new pulumi.StackReference(`stack-of-${peer}`, { name }).getOutputDetails(
        "federation",
      );
      const publicKey = keyOf(value);
      return publicKey === undefined ? [] : [[peer, { ...member, publicKey }] as const];
    }),
  );
  return { ...metropolis, members: { ...metropolis.members, ...Object.fromEntries(read.flat()) } };
}

function keyOf(output: unknown): string | undefined {
  const key = (output as { publicKey?: unknown } | undefined)?.publicKey;
  return typeof key === "string" && readPublicKey(key) !== undefined ? key : undefined;
}
