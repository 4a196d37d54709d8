import { readTemplate } from "../../foundation/template/template.ts";
import { kitFolder, stateFolder } from "./sync.ts";

/**
 * Paths between OpenBoard and its packaged system settings, which are diverted. Debian's package reads /etc/openboard
 * through the first, a link: the files there are the administrator's, and dpkg cannot divert them. The developers'
 * package has plain files.
 */
export const diverted = ["/usr/share/openboard/etc", "/opt/openboard/etc/OpenBoard.config"] as const;

/** Folder to which the link leads instead: a copy of /etc/openboard with the kit's settings. */
export const settingsFolder = `${stateFolder}/openboard`;

/** Folder of each package's own library. */
const builtIn = ["/usr/share/openboard/library", "/opt/openboard/library"];

/** Name of the packaged file while the kit's stands in its place. */
export const divertedSuffix = ".distrib";

/**
 * The system settings that the kit changes, by section; the others stay as they are packaged. Keys of `[App]` that
 * start with `User`, and `DataDirectory`, are read from here alone. Source: UBSettings.cpp of OpenBoard 1.6.4, 1.7.7.
 */
export function openBoardSettings(address: string): Record<string, Record<string, string>> {
  const library = `${stateFolder}/library`;
  return {
    App: {
      PreferredLanguage: "fr",
      DataDirectory: "{Documents}/OpenBoard",
      UserImageDirectory: "{Documents}/Medias/images",
      UserVideoDirectory: "{Documents}/Medias/videos",
      UserAudioDirectory: "{Documents}/Medias/audios",
      // The machine keeps packages up to date: no program has to be fetched from a web page.
      EnableAutomaticSoftwareUpdates: "false",
      HideCheckForSoftwareUpdate: "true",
      SoftwareUpdateURL: `${address}/update.json`,
      ProductWebAddress: `${address}/`,
      TutorialUrl: `${address}/`,
      EnableStartupHints: "false",
      LookForOpenSankoreInstall: "false",
    },
    Board: { RightLibPaletteBoardModeIsCollapsed: "false" },
    IntranetPodcast: { PublishToIntranet: "false", PublishingUrl: "" },
    Library: {
      ImageDirectory: `${library}/pictures`,
      AudiosDirectory: `${library}/audios`,
      VideosDirectory: `${library}/videos`,
      InteractivitiesDirectory: `${library}/interactivities`,
      ApplicationsDirectory: `${library}/applications`,
      ShapeDirectory: `${library}/shape`,
    },
    Podcast: { PublishToYouTube: "false" },
    Web: { Homepage: `${address}/`, PrivateBrowsing: "true" },
  };
}

/** The settings as lines of `section<tab>key<tab>value`, for the script below. */
export function settingsLines(settings: Record<string, Record<string, string>>): string {
  return Object.entries(settings)
    .flatMap(([section, keys]) =>
      Object.entries(keys).map(([key, value]) => `${section}\t${key}\t${value}\n`),
    )
    .join("");
}

/**
 * Puts the kit's settings over the packaged ones, and the packaged library beside the shared one: OpenBoard knows
 * one folder per category, and sees no links. dpkg runs it again whenever OpenBoard's package changes.
 */
export function applyScript(): string {
  return readTemplate("schools/kit/school/apply.pl", {
    KIT: kitFolder,
    SETTINGS: settingsFolder,
    DIVERTED: diverted[0],
    DIVERTED_FILE: diverted[1],
    SUFFIX: divertedSuffix,
    BUILT_IN: builtIn.join(" "),
    STATE: stateFolder,
  });
}
