import { readFileSync } from "node:fs";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import { secondFactorAttribute } from "../directory/configuration.ts";
import { agentsGroup } from "../directory/plan.ts";
import type { LoginPlan } from "./plan.ts";

/** Who may be asked for a second factor, as a declaration says it, and the rule by which LemonLDAP::NG knows them. */
const rules = {
  agents: `inGroup('${agentsGroup}')`,
  admins: "$groups =~ /(?:^|; )t-[a-z0-9-]+-admins(?=;|\\z)/",
  members: "$groups =~ /(?:^|; )t-[a-z0-9-]+-members(?=;|\\z)/",
} as const;

export type SecondFactorOf = keyof typeof rules;

/** How many factors somebody may register: a telephone, and what stands in when it is lost. */
const mostFactors = 3;

/** The plugin of LemonLDAP::NG by which people register one, and the file that it is in. */
const plugin = "CommuneSecondFactor";
export const pluginFile = `${plugin}.pm`;

/** The plugin's text. */
export function pluginText(): string {
  return readFileSync(new URL(`perl/${pluginFile}`, import.meta.url), "utf8");
}

/** Codes of six digits by the clock (RFC 6238): for whoever registered one, and before anything else for who has to. */
export function secondFactor({ host, secondFactorOf }: LoginPlan): Json {
  const required = secondFactorOf.map((who) => `(${rules[who]})`).join(" or ");
  return {
    ...{ totp2fActivation: 1, totp2fSelfRegistration: 1, available2F: "TOTP" },
    // Its own registration wants JavaScript: the plugin is in its place.
    ...{ available2FSelfRegistration: "", customPlugins: plugin },
    ...{ totp2fIssuer: host, totp2fEncryptSecret: 1, totp2fUserCanRemoveKey: 1 },
    ...{ max2FDevices: mostFactors, sfRetries: 3, sfRequired: required === "" ? 0 : required },
  };
}

/** What LemonLDAP::NG reads of a person's entry to know their factors. */
export const factorsExported = { _2fDevices: secondFactorAttribute };
