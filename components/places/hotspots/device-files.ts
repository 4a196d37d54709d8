import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import type { DeviceFile } from "./netjson.ts";
import { type Portal, portalTheme } from "./portal.ts";

/** Path at which openNDS finds the page of the network. */
export const themePath = "/usr/lib/opennds/theme_hotspot.sh";

/**
 * Script that OpenWrt calls at every lease: outside the jail in which dnsmasq runs since OpenWrt 22.03. Source:
 * openwrt, package/network/services/dnsmasq/files/dhcp-script.sh, which has add, remove and update for dnsmasq's add,
 * del and old.
 */
const leaseScript = "/etc/hotplug.d/dhcp/50-hotspot";

/** Days after which a connection record is deleted: one year. Source: decree 2021-1362, article 5. */
const recordDays = 365;

/**
 * Returns the files that all hotspots of a commune have beside their UCI packages.
 *
 * @param portal page that openNDS shows before the first use; undefined if there is none.
 */
export function deviceFiles(
  portal: Portal | undefined,
  connectionRecords: "one year" | "none",
): DeviceFile[] {
  return [
    ...(portal ? [script(themePath, portalTheme(portal))] : []),
    ...updaterFiles(),
    script("/usr/sbin/hotspot-radio", ofPoint("hotspot-radio")),
    script("/usr/sbin/hotspot-report", ofPoint("hotspot-report")),
    // Before it, radios that have hours would be on at full power from the start of the network until cron's first minute.
    script("/etc/init.d/hotspot-radio", ofPoint("radio-init")),
    // Called by OpenWrt with what its NTP client says; stratum 16 is a clock that nobody set. Source: RFC 5905, figure 11.
    script("/etc/hotplug.d/ntp/50-hotspot", ofPoint("ntp-hotplug")),
    // Records are named by day since 1970, so that the clock alone tells their age.
    script("/usr/sbin/hotspot-purge", ofPoint("hotspot-purge", { RECORD_DAYS: recordDays })),
    ...(connectionRecords === "none" ? [] : [script(leaseScript, ofPoint("dhcp-hotplug"))]),
    {
      path: "/etc/crontabs/root",
      mode: "0600",
      contents:
        "* * * * * /usr/sbin/hotspot-radio; /usr/sbin/hotspot-report\n17 4 * * * /usr/sbin/hotspot-purge\n",
    },
    script("/etc/openwisp/post-reload-hook", ofPoint("post-reload")),
  ];
}

/**
 * Returns the updater's files: what verifies every configuration before it changes anything, and what keeps it where
 * the agent looks for it.
 */
export function updaterFiles(): DeviceFile[] {
  return [
    script("/usr/sbin/hotspot-update", ofPoint("hotspot-update")),
    { path: "/etc/hotplug.d/openwisp/00-hotspot", mode: "0644", contents: ofPoint("install-update") },
  ];
}

/** A file of the folder point/. */
function ofPoint(name: string, values?: TemplateValues): string {
  return readTemplate(`places/hotspots/point/${name}.sh`, values);
}

function script(path: string, contents: string): DeviceFile {
  return { path, mode: "0755", contents };
}
