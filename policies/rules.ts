import { formatRules } from "./formats.ts";
import { imageRules } from "./images.ts";
import { namespaceRules } from "./namespaces.ts";
import { objectRules } from "./objects.ts";
import { opennessRules } from "./openness.ts";
import { outsideRules } from "./outside.ts";
import { pageRules } from "./pages.ts";
import { peopleRules } from "./people.ts";
import { podRules } from "./pod-rules.ts";
import { promiseRules } from "./promises.ts";
import { publicRules } from "./public.ts";
import { recoveryRules } from "./recovery.ts";
import { rightsRules } from "./rights.ts";
import type { Rule } from "./rule.ts";
import { schedulerRules } from "./schedulers.ts";
import { secretsRules } from "./secrets.ts";
import { softwareRules } from "./software.ts";
import { tenantRules } from "./tenants.ts";

/** The rules that every commune is held to. */
export const rules: readonly Rule[] = [
  ...podRules,
  ...imageRules,
  ...softwareRules,
  ...rightsRules,
  ...namespaceRules,
  ...publicRules,
  ...pageRules,
  ...opennessRules,
  ...formatRules,
  ...objectRules,
  ...schedulerRules,
  ...outsideRules,
  ...secretsRules,
  ...recoveryRules,
  ...tenantRules,
  ...promiseRules,
  ...peopleRules,
];
