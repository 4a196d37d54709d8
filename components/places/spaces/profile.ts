/**
 * The packages of a sober workstation: a light desktop that a machine of ten years runs, a browser, an office suite,
 * a reader, and what people who see or move badly need. All in Debian 12, main.
 */
export const soberPackages = [
  "lightdm",
  "lightdm-gtk-greeter",
  "openbox",
  "tint2",
  "pcmanfm",
  "firefox-esr",
  "firefox-esr-l10n-fr",
  "libreoffice-writer",
  "libreoffice-calc",
  "libreoffice-l10n-fr",
  "evince",
  "orca",
  "onboard",
  "xautolock",
  "zenity",
] as const;
