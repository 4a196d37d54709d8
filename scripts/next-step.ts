/**
 * Patterns of Pulumi's messages about a failure, each with the one command that goes on. The first one that matches
 * is the cause of the others.
 */
const steps: readonly { said: RegExp; step: (verb: string, id: string) => string }[] = [
  {
    said: /the stack is currently locked by/,
    step: (verb, id) =>
      `Another run holds this stack. When it is known to be dead: npx pulumi cancel --yes -s ${id} && npx pulumi ${verb} -s ${id}`,
  },
  {
    said: /conflict[^\n]*commune\.cloud\/seed/,
    step: (_, id) =>
      `The ${id} that runs in this cluster has another seed than this stack, and nothing of it was changed. If this stack is to take its place, give it that seed: npx pulumi config set --secret commune:seed -s ${id} (docs/seed.md)`,
  },
  {
    said: /field conflict detected|Apply failed with \d+ conflict/,
    step: (_, id) =>
      `Somebody else set what is declared here. When this is the stack that runs ${id}, take it back: PULUMI_K8S_ENABLE_PATCH_FORCE=true npx pulumi up --refresh -s ${id}`,
  },
  {
    said: /update of resource[^\n]* failed[\s\S]*not found/,
    step: (_, id) => `An object was deleted by hand. Make it again: npx pulumi up --refresh -s ${id}`,
  },
  {
    said: /BackoffLimitExceeded|DeadlineExceeded/,
    step: (_, id) =>
      `A Job failed, for the reason above. Fix it, then make the Job again: npx pulumi up -s ${id}`,
  },
];

/**
 * The command that goes on after a failure.
 *
 * @param verb of Pulumi that failed, such as `up`.
 * @param said what Pulumi printed.
 */
export function nextStep(verb: string, id: string, said: string): string {
  const found = steps.find((known) => known.said.test(said));
  return found?.step(verb, id) ?? `Run it again to go on from where it stopped: npx pulumi ${verb} -s ${id}`;
}
