import type { Language, Translated } from "../components/foundation/language/language.ts";

type Told = Translated<(verb: string, id: string) => string>;

/**
 * Patterns of Pulumi's messages about a failure, each with the one command that goes on. The first one that matches
 * is the cause of the others.
 */
const steps: readonly { said: RegExp; step: Told }[] = [
  {
    said: /the stack is currently locked by/,
    step: {
      fr: (verb, id) =>
        `Une autre exécution tient cette pile. Si l’on sait qu’elle est morte : npx pulumi cancel --yes -s ${id} && npx pulumi ${verb} -s ${id}`,
      en: (verb, id) =>
        `Another run holds this stack. When it is known to be dead: npx pulumi cancel --yes -s ${id} && npx pulumi ${verb} -s ${id}`,
    },
  },
  {
    said: /conflict[^\n]*commune\.cloud\/seed/,
    step: {
      fr: (_, id) =>
        `${id} qui tourne sur ce cluster a une autre graine que cette pile, et rien n’en a changé. Si cette pile doit prendre sa place, donnez-lui cette graine : npx pulumi config set --secret commune:seed -s ${id} (docs/seed.md)`,
      en: (_, id) =>
        `The ${id} that runs in this cluster has another seed than this stack, and nothing of it was changed. If this stack is to take its place, give it that seed: npx pulumi config set --secret commune:seed -s ${id} (docs/seed.md)`,
    },
  },
  {
    said: /field conflict detected|Apply failed with \d+ conflict/,
    step: {
      fr: (_, id) =>
        `Quelqu’un d’autre a écrit ce qui est déclaré ici. Si c’est bien cette pile qui fait tourner ${id}, reprenez-le : PULUMI_K8S_ENABLE_PATCH_FORCE=true npx pulumi up --refresh -s ${id}`,
      en: (_, id) =>
        `Somebody else set what is declared here. When this is the stack that runs ${id}, take it back: PULUMI_K8S_ENABLE_PATCH_FORCE=true npx pulumi up --refresh -s ${id}`,
    },
  },
  {
    said: /update of resource[^\n]* failed[\s\S]*not found/,
    step: {
      fr: (_, id) => `Un objet a été supprimé à la main. Refaites-le : npx pulumi up --refresh -s ${id}`,
      en: (_, id) => `An object was deleted by hand. Make it again: npx pulumi up --refresh -s ${id}`,
    },
  },
  {
    said: /BackoffLimitExceeded|DeadlineExceeded/,
    step: {
      fr: (_, id) =>
        `Une tâche a échoué, pour la raison ci-dessus. Corrigez, puis refaites-la : npx pulumi up -s ${id}`,
      en: (_, id) =>
        `A Job failed, for the reason above. Fix it, then make the Job again: npx pulumi up -s ${id}`,
    },
  },
];

const again: Told = {
  fr: (verb, id) => `Relancez pour reprendre là où cela s’est arrêté : npx pulumi ${verb} -s ${id}`,
  en: (verb, id) => `Run it again to go on from where it stopped: npx pulumi ${verb} -s ${id}`,
};

/**
 * The command that goes on after a failure.
 *
 * @param verb of Pulumi that failed, such as `up`.
 * @param said what Pulumi printed.
 */
export function nextStep(verb: string, id: string, said: string, language: Language): string {
  const { step } = steps.find((known) => known.said.test(said)) ?? { step: again };
  return step[language](verb, id);
}
