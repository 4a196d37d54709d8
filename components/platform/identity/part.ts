import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { LoginGiven } from "../login/index.ts";
import { loginService } from "../login/manifests.ts";
import type { LoginPlan } from "../login/plan.ts";
import { clientSecretLabel, secondFactorKey, sessionKey, signingKey } from "../login/secrets.ts";
import type { Mail } from "../mail/plan.ts";
import { type CheckedLogin, loginProblems } from "./check.ts";
import { french } from "./french.ts";
import { type LoginService, type LoginSubject, type LoginTenant, planLogin } from "./login.ts";
import { type Identity, identityOf } from "./plan.ts";

const labels = [sessionKey, secondFactorKey, signingKey];

export interface Plans {
  /** The commune's own login; undefined if people log in elsewhere. */
  login?: LoginPlan | undefined;
  /** The provider that each service asks who somebody is, by the name of the service. */
  identities?: Readonly<Record<string, Identity>>;
}

/** Input of its plan. */
export interface Around {
  declaration: LoginSubject & CheckedLogin;
  mail: Mail | undefined;
  services: readonly LoginService[];
  plans: { tenants?: readonly LoginTenant[] | undefined; accounts?: { host: string } | undefined };
}

/** Log-in of people: at the commune's own login, or with somebody else's provider. */
export const identityPart: Part<Plans, Around, LoginGiven> = {
  kind: loginService,
  whenNodeIsLost: "Is elsewhere after about 85 s. Its sessions were in its memory: people log in again.",
  french,
  needs: ["service", "tenant", "accounts"],
  plan: ({ declaration, mail, services, plans: { tenants = [], accounts } }) => ({
    running: {
      login: planLogin(declaration, { services, tenants, accounts, mail }),
      identities: Object.fromEntries(
        services.flatMap(({ service, login }) => {
          const identity = login && identityOf(declaration, service);
          return identity ? [[service, identity]] : [];
        }),
      ),
    },
  }),
  problems: loginProblems,
  sections: { identity: { en: "login", fr: "connexion" } },
  thingNamed: (name) =>
    name === loginService
      ? { kind: loginService, title: { en: "the login", fr: "la connexion" } }
      : undefined,
  labels,
  secrets: ({ login }) =>
    login ? [...labels, ...login.clients.map(({ service }) => clientSecretLabel(service))] : [],
  software: ({ login }) =>
    login
      ? [
          { name: "lemonldap-ng", image: images.lemonldap },
          { name: "nginx", image: images.nginx },
        ]
      : [],
  hosts: ({ login }) => (login ? [{ service: loginService, host: login.host, path: "" }] : []),
  component: async () => (await import("../login/index.ts")).registerLogin,
};
