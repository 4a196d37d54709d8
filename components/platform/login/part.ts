import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { LoginPlan } from "./plan.ts";
import { clientSecretLabel, secondFactorKey, sessionKey, signingKey } from "./secrets.ts";

const labels = [sessionKey, secondFactorKey, signingKey];

/** Where people log in. */
export const loginPart: Part<{ login?: LoginPlan | undefined }> = {
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
};
