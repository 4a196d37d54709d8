import { kitFolder, stateFolder } from "./sync.ts";

/**
 * What stands between OpenBoard and its packaged system settings, and is diverted. Debian's package reads
 * /etc/openboard through the first, a link: the files there are the administrator's, and dpkg cannot divert them.
 * The developers' package has plain files.
 */
export const diverted = ["/usr/share/openboard/etc", "/opt/openboard/etc/OpenBoard.config"] as const;

/** What the link leads to instead: a copy of /etc/openboard with the kit's settings. */
export const settingsFolder = `${stateFolder}/openboard`;

/** Where each package keeps the library that it brings. */
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
      // Packages are kept up to date by the machine; nobody is asked to fetch a program from a web page.
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
export const applyScript = `#!/usr/bin/perl
use strict;
use warnings;

my %wanted;
open(my $lines, '<', '${kitFolder}/settings') or die "settings: $!";
while (<$lines>) {
  chomp;
  my ($section, $key, $value) = split /\\t/, $_, 3;
  $wanted{$section}{$key} = $value;
}
system('rm', '-rf', '${settingsFolder}') == 0 or die "${settingsFolder}: rm failed\\n";
if (-d '/etc/openboard') {
  system('cp', '-a', '/etc/openboard', '${settingsFolder}') == 0 or die "${settingsFolder}: cp failed\\n";
  symlink('${settingsFolder}', '${diverted[0]}') unless -l '${diverted[0]}';
}
for (['/etc/openboard/OpenBoard.config', '${settingsFolder}/OpenBoard.config'], ['${diverted[1]}${divertedSuffix}', '${diverted[1]}']) {
  my ($from, $file) = @$_;
  open(my $packaged, '<', $from) or next;
  my (%left, @text) = map { $_ => { %{ $wanted{$_} } } } keys %wanted;
  my $section = '';
  my $rest = sub { push @text, map { "$_=$left{$section}{$_}\\n" } sort keys %{ $left{$section} || {} }; delete $left{$section} };
  while (<$packaged>) {
    s/\\r?\\n?$/\\n/;
    if (/^\\[(.*)\\]$/) { $rest->(); $section = $1 }
    if (/^([^=;\\[]+)=/ && defined $left{$section}{$1}) {
      my $value = delete $left{$section}{$1};
      $_ = "$1=$value\\n";
    }
    push @text, $_;
  }
  $rest->();
  for (sort keys %left) { $section = $_; push @text, "\\n[$_]\\n"; $rest->() }
  open(my $new, '>', "$file.new") or die "$file.new: $!";
  print $new @text;
  close($new) or die "$file.new: $!";
  rename("$file.new", $file) or die "$file: $!";
}
for my $library (qw(${builtIn.join(" ")})) {
  next unless -d $library;
  for my $category (qw(pictures audios videos interactivities applications shape)) {
    next unless -d "$library/$category";
    my $to = "${stateFolder}/library/$category";
    system('mkdir', '-p', $to) == 0 or die "$to: mkdir failed\\n";
    system('cp', '--recursive', '--dereference', '--update', '--no-target-directory', "$library/$category", $to) == 0
      or die "$to: cp failed\\n";
  }
}
`;
