/**
 * Service that a commune would use of a third party that it did not choose: an account, a place for data, or parts of
 * its pages.
 */
export type Offer = "account" | "operator" | "page";

/** A third party, by a host name. */
export interface ThirdParty {
  /** Its domain; names below it are its own too. */
  domain: string;
  /** Owner, and the law that it is under: ISO 3166-1 code of the country where the parent company is seated. */
  owner: string;
  country: string;
  offers: readonly Offer[];
}

const of = (owner: string, country: string, offers: readonly Offer[], ...domains: string[]): ThirdParty[] =>
  domains.map((domain) => ({ domain, owner, country, offers }));

/**
 * Private parties by their host names: those that public sites and clouds of communes have been found to use. A list
 * of names proves nothing of whoever is not on it; it keeps the well-known ones out. Owners and seats are as
 * generally known in November 2026, and were looked up in no register: fix what is wrong.
 */
export const thirdParties: readonly ThirdParty[] = [
  ...of("Google", "US", ["account"], "accounts.google.com", "youtube.com", "youtu.be"),
  ...of("Google", "US", ["operator"], "googleapis.com", "storage.cloud.google.com", "gmail.com"),
  ...of("Google", "US", ["operator"], "smtp.google.com", "smtp-relay.gmail.com", "run.app", "appspot.com"),
  ...of("Google", "US", ["page"], "fonts.googleapis.com", "fonts.gstatic.com", "ajax.googleapis.com"),
  ...of("Google", "US", ["page"], "google-analytics.com", "googletagmanager.com", "recaptcha.net"),
  ...of("Google", "US", ["page"], "maps.googleapis.com", "maps.google.com", "youtube-nocookie.com"),
  ...of("Microsoft", "US", ["account"], "login.microsoftonline.com", "login.live.com", "b2clogin.com"),
  ...of("Microsoft", "US", ["account"], "sharepoint.com", "github.com"),
  ...of("Microsoft", "US", ["operator"], "windows.net", "azure.com", "azurewebsites.net", "office365.com"),
  ...of("Microsoft", "US", ["operator"], "outlook.com", "cloudapp.net", "azurecr.io"),
  ...of("Meta", "US", ["account"], "facebook.com", "instagram.com", "threads.net", "whatsapp.com"),
  ...of("X", "US", ["account"], "twitter.com", "x.com"),
  ...of("ByteDance", "CN", ["account"], "tiktok.com"),
  ...of("Okta", "US", ["account"], "okta.com", "auth0.com"),
  ...of("Apple", "US", ["account"], "appleid.apple.com", "icloud.com"),
  ...of("Amazon", "US", ["account"], "amazoncognito.com"),
  ...of("Amazon", "US", ["operator"], "amazonaws.com", "cloudfront.net", "amazonses.com"),
  ...of("Cloudflare", "US", ["operator", "page"], "r2.cloudflarestorage.com", "workers.dev", "pages.dev"),
  ...of("Cloudflare", "US", ["page"], "cdnjs.cloudflare.com", "challenges.cloudflare.com"),
  ...of("Backblaze", "US", ["operator"], "backblazeb2.com"),
  ...of("Wasabi", "US", ["operator"], "wasabisys.com"),
  ...of("DigitalOcean", "US", ["operator"], "digitaloceanspaces.com", "ondigitalocean.com"),
  ...of("Akamai", "US", ["operator"], "linodeobjects.com", "akamaized.net"),
  ...of("Oracle", "US", ["operator"], "oraclecloud.com"),
  ...of("Alibaba", "CN", ["operator"], "aliyuncs.com"),
  ...of("Neon", "US", ["operator"], "neon.tech"),
  ...of("Supabase", "US", ["operator"], "supabase.co"),
  ...of("Twilio", "US", ["operator"], "sendgrid.net", "sendgrid.com"),
  ...of("Sinch", "SE", ["operator"], "mailgun.org", "mailjet.com"),
  ...of("Intuit", "US", ["operator"], "mandrillapp.com", "mailchimp.com"),
  ...of("ActiveCampaign", "US", ["operator"], "postmarkapp.com"),
  ...of("Prospect One", "PL", ["page"], "cdn.jsdelivr.net"),
  ...of("unpkg", "US", ["page"], "unpkg.com"),
  ...of("Adobe", "US", ["page"], "use.typekit.net"),
  ...of("Fonticons", "US", ["page"], "use.fontawesome.com", "kit.fontawesome.com"),
  ...of("Intuition Machines", "US", ["page"], "hcaptcha.com"),
  ...of("Mapbox", "US", ["page"], "api.mapbox.com", "tiles.mapbox.com"),
  ...of("Automattic", "US", ["page"], "gravatar.com"),
  ...of("Hotjar", "MT", ["page"], "hotjar.com"),
];

/** Returns the owner of a host name, of those who offer something; undefined if nobody on the list owns it. */
export function thirdPartyOf(host: string, offer: Offer): ThirdParty | undefined {
  const name = host.toLowerCase();
  const own = thirdParties.filter(
    ({ domain, offers }) => offers.includes(offer) && (name === domain || name.endsWith(`.${domain}`)),
  );
  // The longest: fonts.googleapis.com is a part of pages, googleapis.com a place for data.
  return own.sort((one, other) => other.domain.length - one.domain.length)[0];
}

/** Members of the European Economic Area, where the law on personal data is the same. */
const area = new Set(
  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO".split(" "),
);

/** Whether somebody is under the law of another part of the world. */
export function isOutsideEurope({ country }: ThirdParty): boolean {
  return !area.has(country);
}
