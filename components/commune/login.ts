import type pulumi from "@pulumi/pulumi";
import type { Directory } from "../platform/directory/index.ts";
import { Login } from "../platform/login/index.ts";
import { loginService } from "../platform/login/manifests.ts";
import { mailPassword } from "../platform/mail/plan.ts";
import type { CommunePlan } from "./planned.ts";
import type { Shared } from "./shared.ts";

/** Where people log in; nothing where the commune has no login of its own. */
export function loginOf(
  name: string,
  { login }: CommunePlan,
  directory: Directory | undefined,
  {
    seed,
    dns,
    ingress,
    pullSecret,
    given,
    peers,
  }: Pick<Shared, "seed" | "dns" | "ingress" | "pullSecret" | "given" | "peers">,
  options: pulumi.ComponentResourceOptions,
): Login | undefined {
  if (login === undefined) return undefined;
  if (directory === undefined) throw new Error("The login has no directory to look people up in.");
  const relayPassword = login.mail?.user === undefined ? undefined : given(mailPassword);
  const { authority } = peers;
  const args = {
    ...login,
    authority,
    ...{ seed, dns, ingress, pullSecret, directory, peers, relayPassword },
  };
  return new Login(`${name}-${loginService}`, args, options);
}
