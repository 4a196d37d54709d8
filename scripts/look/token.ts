import type { Kubectl } from "../kubectl.ts";

/** Mastodon has no way to log in without a browser: the password grant is gone since 4.4. */
const script = (owner: string, seconds: number) => `
application = Doorkeeper::Application.find_or_create_by!(name: 'commune look') do |made|
  made.redirect_uri = 'urn:ietf:wg:oauth:2.0:oob'
  made.scopes = 'read write'
end
user = Account.find_local('${owner}').user
print Doorkeeper::AccessToken.create!(
  application: application, resource_owner_id: user.id, scopes: 'read write', expires_in: ${seconds}
).token
`;

/**
 * A short-lived access token of a Mastodon account, made inside the server's own pod.
 *
 * @param seconds how long it lives; ten minutes are enough for a look.
 */
export async function mastodonToken(
  commune: string,
  owner: string,
  kubectl: Pick<Kubectl, "text">,
  seconds = 600,
): Promise<string> {
  const said = await kubectl.text([
    ...["exec", "--request-timeout=0", `--namespace=${commune}-mastodon`, "deployment/mastodon-web"],
    ...["--container=puma", "--", "bin/rails", "runner", script(owner, seconds)],
  ]);
  const token = said.trim().split("\n").at(-1) ?? "";
  if (!/^[\w-]{20,}$/.test(token)) throw new Error(`Mastodon gave no access token for ${owner}.`);
  return token;
}
