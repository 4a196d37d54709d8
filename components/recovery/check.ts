import { nearest } from "../foundation/declaration/choice.ts";
import type { Path } from "../foundation/declaration/position.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { RecoveryDeclaration } from "./declaration.ts";
import { vaultService } from "./vault/plan.ts";

/** Facts about a member of the metropolis that checks need. */
export interface KnownMember {
  vaultKey?: string | undefined;
  /** Its stack in the same Pulumi backend, where its keys are read. */
  stack?: string | undefined;
}

/** The longest name of a namespace. Source: RFC 1123. */
const longestNamespace = 63;

/** Returns the problems of a `recovery:` section in view of the metropolis. Paths are those of the declaration. */
export function recoveryProblems(
  { id, recovery }: { id: string; recovery?: RecoveryDeclaration | undefined },
  members: Readonly<Record<string, KnownMember>>,
): FieldProblem[] {
  if (recovery === undefined) return [];
  const { rpo, buckets = {} } = recovery;
  const guests = Object.keys(recovery.host);
  const named: [Path, string][] = [
    ...recovery.vaults.flatMap((name, index): [Path, string][] =>
      name in buckets ? [] : [[["recovery", "vaults", index], name]],
    ),
    ...guests.map((name): [Path, string] => [["recovery", "host", name], name]),
  ];
  return [
    ...(rpo !== undefined && recovery.vaults.length === 0
      ? [
          {
            field: ["recovery", "rpo"],
            message: `${show(rpo.text)} is promised, but no vault is declared for copies of the databases. Write vaults: [<member>] beside it, or remove it.`,
          },
        ]
      : []),
    ...kitProblems(recovery),
    ...bucketProblems(recovery, [id, ...Object.keys(members)]),
    ...named.flatMap(([field, name]) => {
      if (name === id) {
        const message = `${show(name)} is this commune itself, and a copy beside the original is lost with it. Remove it.`;
        return [{ field, message }];
      }
      return name in members
        ? []
        : [{ field, message: unknownMember(name, [...Object.keys(members), ...Object.keys(buckets)]) }];
    }),
    ...guests.flatMap((guest) => {
      const field = ["recovery", "host", guest];
      const { vaultKey, stack } = members[guest] ?? {};
      const namespace = `${id}-${vaultService(guest)}`;
      if (namespace.length > longestNamespace) {
        const message = `its namespace would be ${show(namespace)}, which is longer than ${longestNamespace} characters: this commune cannot keep its copies.`;
        return [{ field, message }];
      }
      if (guest === id || !(guest in members) || vaultKey !== undefined || stack !== undefined) return [];
      const message = `stacks/federation.yaml has no vaultKey of ${guest}, so its vault could not recognise it. Write the key there (on its side: npx pulumi stack output federation -s ${guest}), or the name of its stack.`;
      return [{ field, message }];
    }),
  ];
}

/** @param communes whose names no bucket may have. */
function bucketProblems(
  { buckets = {}, vaults }: RecoveryDeclaration,
  communes: readonly string[],
): FieldProblem[] {
  return Object.entries(buckets).flatMap(([name, { endpoint }]): FieldProblem[] => {
    const field = ["recovery", "buckets", name];
    const { host, origin } = new URL(endpoint);
    return [
      ...(communes.includes(name)
        ? [
            {
              field,
              message: `${show(name)} is a member of the metropolis, and vaults: [${name}] would have two meanings. Give the bucket another name.`,
            },
          ]
        : []),
      ...(vaults.includes(name)
        ? []
        : [
            {
              field,
              message: `${show(name)} is not in recovery.vaults, so that nothing is copied there. Write vaults: [${[...vaults, name].join(", ")}], or take it out.`,
            },
          ]),
      ...(origin === endpoint && host === new URL(endpoint).hostname
        ? []
        : [
            {
              field: [...field, "endpoint"],
              message: `${show(endpoint)} has a port or a path, and pods reach vaults on port 443 alone. Write the address of the store: https://${new URL(endpoint).hostname}`,
            },
          ]),
    ];
  });
}

function kitProblems({ kit }: RecoveryDeclaration): FieldProblem[] {
  if (kit === undefined || kit.needed < kit.holders.length) return [];
  const message = `${kit.needed} of ${kit.holders.length} shares would be needed, so one lost sheet would lose the commune. Write at most ${kit.holders.length - 1}.`;
  return [{ field: ["recovery", "kit", "needed"], message }];
}

function unknownMember(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const advice = near ? `Did you mean ${show(near)}?` : "Add it there, or remove it here.";
  return `${show(name)} is not a member in stacks/federation.yaml. ${advice}`;
}
