import type { Json } from "../../foundation/manifest/pod-template.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { reader, suffixOf } from "../directory/configuration.ts";
import { directoryAddress } from "../directory/manifests.ts";
import { authorities, passwordReset } from "./letters.ts";
import { tiles } from "./menu.ts";
import { styleSource } from "./pages.ts";
import type { LoginClient, LoginPlan, ProtectedApplication } from "./plan.ts";
import { factorsExported, secondFactor } from "./second-factor.ts";

/** Folder that LemonLDAP::NG keeps sessions and what it knows of its configuration in: in memory, and gone with the pod. */
export const stateFolder = "/tmp/state";

/**
 * The cookie of who is logged in. A name with this prefix is taken by browsers from that very host alone: no page of a
 * sibling can set it. Source: RFC 6265bis, 4.1.3.2.
 */
export const cookieName = "__Host-connexion";

/** Seconds for which somebody stays logged in: a working day. */
const sessionSeconds = 12 * 3600;

/** The open part of LemonLDAP::NG's configuration. Source: https://lemonldap-ng.org/documentation/2.0/parameterlist */
export function lmConf(plan: LoginPlan): Json {
  const portal = `https://${plan.host}/`;
  return {
    // It takes no configuration without a date, and reads it anew with another: a change starts another pod.
    ...{ cfgNum: 1, cfgDate: 1 },
    cfgAuthor: "commune-cloud",
    // TLS ends before the pod: without these, redirects would carry the pod's own port.
    ...{ portal, https: 1, port: 443, securedCookie: 1, httpOnly: 1, sameSite: "Lax" },
    // No Domain in the cookie: it is sent to this host and to none below it.
    ...{ domain: "", cookieName, cda: 1, hashedSessionStore: 1, timeout: sessionSeconds },
    ...directory(plan),
    ...sessions,
    ...openidConnect(plan),
    ...forwardAuth(plan),
    ...pages(plan),
    ...passwordReset(plan),
    ...secondFactor(plan),
    customPlugins: plugins.join(" "),
    ...askingServices(plan),
    // Names and addresses as people have them; a quarter of an hour for each form.
    ...{ userControl: "^[\\w.\\-@+]+$", formTimeout: 900 },
    // Three wrong passwords close a name for half a minute; what was tried is in the history.
    ...{ bruteForceProtection: 1, bruteForceProtectionIncrementalTempo: 0, loginHistoryEnabled: 1 },
    // Programs that may be asked for and are not in the image.
    ...{ captcha_mail_enabled: 0, captcha_register_enabled: 0 },
    // What a page of somebody else's may read of the login: nothing.
    corsEnabled: 0,
    ...{
      trustedDomains: "",
      restSessionServer: 0,
      restConfigServer: 0,
      soapSessionServer: 0,
      soapConfigServer: 0,
    },
  };
}

/** Returns the settings of the directory, which is asked with the login's own name and password. */
function directory(plan: LoginPlan): Json {
  const suffix = suffixOf(plan);
  return {
    ...{ authentication: "LDAP", userDB: "Same", passwordDB: "LDAP", registerDB: "Null" },
    ...{ ldapServer: directoryAddress(plan), ldapVersion: 3, ldapTimeout: 5, managerDn: reader },
    ldapBase: `ou=people,${suffix}`,
    AuthLDAPFilter: "(&(uid=$user)(objectClass=inetOrgPerson))",
    mailLDAPFilter: "(&(mail=$mail)(objectClass=inetOrgPerson))",
    ldapGroupBase: `ou=groups,${suffix}`,
    ldapGroupObjectClass: "groupOfNames",
    ...{
      ldapGroupAttributeName: "member",
      ldapGroupAttributeNameUser: "dn",
      ldapGroupAttributeNameSearch: "cn",
    },
    ldapExportedVars: { cn: "cn", mail: "mail", uid: "uid", ...factorsExported },
    // The directory hashes; whoever changes a password is asked for the present one.
    ...{
      ldapPpolicyControl: 0,
      ldapSetPassword: 0,
      ldapChangePasswordAsUser: 0,
      portalRequireOldPassword: 1,
    },
    ...{ passwordPolicyMinSize: 12, passwordPolicyActivation: 1, portalDisplayPasswordPolicy: 1 },
    exportedVars: {},
    whatToTrace: "uid",
  };
}

const file = (name: string): Json => ({
  ...{ Directory: `${stateFolder}/${name}`, LockDirectory: `${stateFolder}/${name}-locks` },
  generateModule: "Lemonldap::NG::Common::Apache::Session::Generate::SHA256",
});

/** Sessions are in the pod's memory: after a restart everybody logs in again at the portal, while services still know them. */
const sessions: Json = {
  ...{ globalStorage: "Apache::Session::File", globalStorageOptions: file("sessions") },
  ...{ persistentStorage: "Apache::Session::File", persistentStorageOptions: file("persistent") },
  localSessionStorage: "Cache::FileCache",
  localSessionStorageOptions: {
    ...{ namespace: "sessions", cache_root: `${stateFolder}/cache`, cache_depth: 3 },
    ...{ default_expires_in: 60, directory_umask: "007" },
  },
  handlerInternalCache: 5,
};

/** Returns the settings of OpenID Connect: what each service learns about people. Each is a client of its own. */
function openidConnect({ clients, host }: LoginPlan): Json {
  const of = <Value>(value: (client: LoginClient) => Value) =>
    Object.fromEntries(clients.map((client) => [client.service, value(client)]));
  const exported = { email: "mail", name: "cn", preferred_username: "uid", groups: "groups;string;always" };
  return {
    issuerDBOpenIDConnectActivation: 1,
    issuerDBOpenIDConnectRule: 1,
    issuerDBOpenIDConnectPath: "^/oauth2/",
    oidcServiceMetaDataIssuer: `https://${host}`,
    ...{
      oidcServiceAllowAuthorizationCodeFlow: 1,
      oidcServiceAllowImplicitFlow: 0,
      oidcServiceAllowHybridFlow: 0,
    },
    ...{ oidcServiceAllowOnlyDeclaredScopes: 1, oidcServiceMetaDataDisallowNoneAlg: 1 },
    oidcServiceAllowDynamicRegistration: 0,
    ...{ oidcServiceKeyTypeSig: "RSA", oidcServiceKeyIdSig: "seed" },
    oidcRPMetaDataExportedVars: of(() => exported),
    oidcRPMetaDataOptionsExtraClaims: of(() => ({ groups: "groups" })),
    oidcRPMetaDataMacros: of(() => ({})),
    oidcRPMetaDataScopeRules: of(() => ({})),
  };
}

/** Returns the login's settings of each service; one parameter, and secret, since it has their passwords. */
export function clientOptions(
  clients: readonly LoginClient[],
  secrets: Readonly<Record<string, string>>,
): Json {
  const option = (values: Json) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`oidcRPMetaDataOptions${name}`, value]),
    );
  return Object.fromEntries(
    clients.map(({ service, title, host, redirects, logoutPath, groups }) => [
      service,
      option({
        ...{ ClientID: service, ClientSecret: secrets[service], DisplayName: title, Public: 0 },
        RedirectUris: redirects.map((path) => `https://${host}${path}`).join(" "),
        PostLogoutRedirectUris: `https://${host}/`,
        ...{ IDTokenSignAlg: "RS256", UserIDAttr: "uid", IDTokenForceClaims: 1, BypassConsent: 1 },
        // An empty rule would let everybody in.
        Rule: groups.map(inGroup).join(" or ") || "not 1",
        LogoutBypassConfirm: 1,
        // It is told which session has ended, by the login itself.
        ...(logoutPath !== undefined && {
          ...{ LogoutUrl: `https://${host}${logoutPath}`, LogoutType: "back", LogoutSessionRequired: 1 },
        }),
      }),
    ]),
  );
}

/**
 * Returns the settings of the login's own requests to services over HTTPS: a timeout of some seconds, since somebody
 * waits, and the site's own authority beside the system's.
 */
function askingServices({ authority }: LoginPlan): Json {
  return {
    lwpOpts: { timeout: 5 },
    ...(authority !== undefined && { lwpSslOpts: authorities }),
  };
}

/** Groups' names are letters, digits and hyphens: nothing in one ends the quotation. */
const inGroup = (group: string) => `inGroup('${group}')`;

/** Applications of associations, whose fronts ask before they answer. The cookie there is of that host alone. */
function forwardAuth({ applications, accounts }: LoginPlan): Json {
  const of = (value: (application: ProtectedApplication) => Json, ofAccounts: Json) =>
    Object.fromEntries([
      ...applications.map((application) => [application.host, value(application)] as const),
      ...(accounts ? [[accounts.host, ofAccounts] as const] : []),
    ]);
  const vhost = { vhostType: "CDA", vhostHttps: 1, vhostPort: 443 };
  return {
    // Everybody has an account. Who may do what there is looked up anew each time.
    locationRules: of(({ groups }) => ({ default: groups.map(inGroup).join(" or ") }), { default: "accept" }),
    exportedHeaders: of(told, { "Auth-User": "$uid" }),
    vhostOptions: of(() => vhost, vhost),
  };
}

/** Returns the headers about a person for a front: all groups of the person, or whether they administer that application. */
function told({ admins }: ProtectedApplication): Json {
  if (admins === undefined) return { "Auth-User": "$uid", "Auth-Groups": "$groups", "Auth-Mail": "$mail" };
  return {
    ...{ "Auth-User": "$uid", "Auth-Name": "$cn", "Auth-Mail": "$mail" },
    "Auth-Role": `${inGroup(admins)} ? 'admins' : 'members'`,
  };
}

/** Returns the settings of the pages. */
function pages(plan: LoginPlan): Json {
  return {
    ...{ portalSkin: "commune", portalMainLogo: "", portalFavicon: "common/favicon.ico", languages: "fr" },
    ...{ portalDisplayRegister: 0, portalDisplayCertificateResetByMail: 0 },
    ...{ portalDisplayAppslist: 1, portalDisplayChangePassword: 1, portalDisplayLogout: 1 },
    ...{ portalDisplayLoginHistory: 0, portalDisplayOidcConsents: 0, portalDisplayRefreshMyRights: 0 },
    ...{ portalDisplayGeneratePassword: 0, portalCheckLogins: 0, portalPingInterval: 0, portalAntiFrame: 1 },
    portalErrorOnExpiredSession: 0,
    cspStyle: `'self' ${styleSource(plan)}`,
    applicationList: tiles(plan),
  };
}

/** Plugins of ours for LemonLDAP::NG, each a file beside its configuration, of the same name. */
const plugins = ["CommuneSecondFactor", "CommuneLogout", "CommuneLetters"] as const;

/** Their files, by name. */
export function pluginFiles(): Record<string, string> {
  return Object.fromEntries(
    plugins.map((plugin) => {
      const name = `${plugin}.pm`;
      return [name, readTemplate(`platform/login/perl/${name}`)];
    }),
  );
}

/** `lemonldap-ng.ini`: where its configuration is, and nothing that could be elsewhere. */
export function iniText(): string {
  return readTemplate("platform/login/pod/lemonldap-ng.ini", { STATE_FOLDER: stateFolder });
}
