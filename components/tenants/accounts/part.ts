import type { Part } from "../../foundation/part/part.ts";
import { clerkPassword } from "../../platform/directory/secrets.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import { accountsService } from "../applications/telephones.ts";
import type { AccountsGiven } from "./index.ts";
import { type AccountsPlan, type AccountsSubject, type PlannedAssociation, planAccounts } from "./plan.ts";
import { accountsLabel } from "./secrets.ts";
import type { AccountsLook } from "./settings.ts";

const labels = [accountsLabel, clerkPassword];

/** Facts that the pages are planned from. */
export interface Around {
  declaration: AccountsSubject;
  mail: Mail | undefined;
  look: AccountsLook | undefined;
  plans: { tenants?: readonly PlannedAssociation[] | undefined };
}

/** The pages on which people see their account. */
export const accountsPart: Part<{ accounts?: AccountsPlan | undefined }, Around, AccountsGiven> = {
  kind: accountsService,
  whenNodeIsLost:
    "Its pages are elsewhere after about 85 s. It keeps nothing but what is in the directory: whoever was writing writes again.",
  needs: ["tenant"],
  plan: ({ declaration, mail, look, plans: { tenants = [] } }) => ({
    running: { accounts: planAccounts(declaration, mail, look, tenants) },
  }),
  thingNamed: (name) =>
    name === accountsService
      ? { kind: accountsService, title: { en: "the pages of accounts", fr: "les pages des comptes" } }
      : undefined,
  labels,
  secrets: ({ accounts }) => (accounts ? labels : []),
  hosts: ({ accounts }) => (accounts ? [{ service: accountsService, host: accounts.host, path: "" }] : []),
  component: async () => (await import("./index.ts")).registerAccounts,
};
