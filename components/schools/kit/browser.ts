/** Returns Firefox's policies: it does not remember, report or recommend. Source: https://mozilla.github.io/policy-templates/ */
export function browserPolicies(homepage: string): string {
  const policies = {
    Homepage: { URL: homepage, StartPage: "homepage", Locked: false },
    OverrideFirstRunPage: "",
    OverridePostUpdatePage: "",
    // Debian keeps the browser up to date.
    DisableAppUpdate: true,
    DisableSystemAddonUpdate: true,
    DisableTelemetry: true,
    DisableFirefoxStudies: true,
    DisablePocket: true,
    DisableFirefoxAccounts: true,
    DisableFeedbackCommands: true,
    CaptivePortal: false,
    NetworkPrediction: false,
    PasswordManagerEnabled: false,
    OfferToSaveLogins: false,
    DisableFormHistory: true,
    SanitizeOnShutdown: true,
    NoDefaultBookmarks: true,
    FirefoxSuggest: {
      WebSuggestions: false,
      SponsoredSuggestions: false,
      ImproveSuggest: false,
      Locked: true,
    },
    FirefoxHome: { SponsoredTopSites: false, SponsoredPocket: false, Pocket: false, Locked: true },
    DNSOverHTTPS: { Enabled: false, Locked: true },
    EnableTrackingProtection: { Value: true, Cryptomining: true, Fingerprinting: true, Locked: false },
    RequestedLocales: "fr",
  };
  return `${JSON.stringify({ policies }, undefined, 2)}\n`;
}

/**
 * Settings that policies do not reach: everything that Firefox asks of its makers and of others unasked. Debian's
 * firefox-esr reads each file of /etc/firefox-esr. What is left on is Mozilla's list of revoked certificates and the
 * lists of trackers (firefox.settings.services.mozilla.com): they come to everybody alike, and nothing is reported.
 */
const settings: Record<string, string | boolean> = {
  "app.normandy.api_url": "",
  "app.normandy.enabled": false,
  "browser.region.network.url": "",
  "browser.region.update.enabled": false,
  // Addresses of pages would be compared with lists of Google's.
  "browser.safebrowsing.blockedURIs.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.safebrowsing.provider.google.updateURL": "",
  "browser.safebrowsing.provider.google4.updateURL": "",
  "doh-rollout.disable-heuristics": true,
  "doh-rollout.enabled": false,
  "dom.push.connection.enabled": false,
  "dom.push.serverURL": "",
  "extensions.getAddons.cache.enabled": false,
  "extensions.update.enabled": false,
  "geo.provider.network.url": "",
  "media.gmp-manager.updateEnabled": false,
  "media.gmp-manager.url": "",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.trr.uri": "",
};

/** The settings as a file of Firefox's own kind. */
export const browserSettings: string = Object.entries(settings)
  .map(([name, value]) => `pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
  .join("");
