import type pulumi from "@pulumi/pulumi";
import type { Directory } from "../platform/directory/index.ts";
import { Login, type LoginArgs } from "../platform/login/index.ts";
import { loginService } from "../platform/login/manifests.ts";
import type { CommunePlan } from "./plan.ts";

/** Where people log in; nothing where the commune has no login of its own. */
export function loginOf(
  name: string,
  { login }: CommunePlan,
  directory: Directory | undefined,
  { seed, dns, ingress, pullSecret }: Pick<LoginArgs, "seed" | "dns" | "ingress" | "pullSecret">,
  options: pulumi.ComponentResourceOptions,
): Login | undefined {
  if (login === undefined) return undefined;
  if (directory === undefined) throw new Error("The login has no directory to look people up in.");
  const given = { seed, dns, ingress, pullSecret, directory };
  return new Login(`${name}-${loginService}`, { ...login, ...given }, options);
}
