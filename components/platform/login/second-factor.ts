import type { Json } from "../../foundation/manifest/pod-template.ts";
import { secondFactorAttribute } from "../directory/configuration.ts";
import { agentsGroup } from "../directory/plan.ts";

/** Rules by which LemonLDAP::NG knows the people who may be asked for a second factor, by the words of a declaration. */
const rules = {
  agents: `inGroup('${agentsGroup}')`,
  admins: "$groups =~ /(?:^|; )t-[a-z0-9-]+-admins(?=;|\\z)/",
  members: "$groups =~ /(?:^|; )t-[a-z0-9-]+-members(?=;|\\z)/",
} as const;

export type SecondFactorOf = keyof typeof rules;

/** Most factors that somebody may register: a telephone, and a replacement for when it is lost. */
const mostFactors = 3;

/** Codes of six digits by the clock (RFC 6238): for whoever registered one, and before anything else for who has to. */
export function secondFactor({
  host,
  secondFactorOf,
}: {
  host: string;
  secondFactorOf: readonly SecondFactorOf[];
}): Json {
  const required = secondFactorOf.map((who) => `(${rules[who]})`).join(" or ");
  return {
    ...{ totp2fActivation: 1, totp2fSelfRegistration: 1, available2F: "TOTP" },
    // Its own registration wants JavaScript: a plugin is in its place.
    available2FSelfRegistration: "",
    ...{ totp2fIssuer: host, totp2fEncryptSecret: 1, totp2fUserCanRemoveKey: 1 },
    ...{ max2FDevices: mostFactors, sfRetries: 3, sfRequired: required === "" ? 0 : required },
  };
}

/** Attribute of a person's entry from which LemonLDAP::NG reads their factors. */
export const factorsExported = { _2fDevices: secondFactorAttribute };
