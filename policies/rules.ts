import { imageRules } from "./images.ts";
import { namespaceRules } from "./namespaces.ts";
import { objectRules } from "./objects.ts";
import { outsideRules } from "./outside.ts";
import { pageRules } from "./pages.ts";
import { podRules } from "./pod-rules.ts";
import { publicRules } from "./public.ts";
import { recoveryRules } from "./recovery.ts";
import { rightsRules } from "./rights.ts";
import type { Rule } from "./rule.ts";
import { secretsRules } from "./secrets.ts";
import { tenantRules } from "./tenants.ts";

/** The rules that every commune is held to. */
export const rules: readonly Rule[] = [
  ...podRules,
  ...imageRules,
  ...rightsRules,
  ...namespaceRules,
  ...publicRules,
  ...pageRules,
  ...objectRules,
  ...outsideRules,
  ...secretsRules,
  ...recoveryRules,
  ...tenantRules,
];
