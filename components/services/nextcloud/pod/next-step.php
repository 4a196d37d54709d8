<?php
/**
 * Returns the next step and, where nothing may be done, why.
 *
 * @param array{tables: bool, version: ?string, begun: ?string, settings: ?string} $found tables of a Nextcloud, the version
 *   of its rows, what was begun and has not ended, and the settings that are in force
 * @param string $code version of the code in this pod
 * @param string $settings those that are wanted
 * @return array{0: 'clear'|'install'|'upgrade'|'settle'|'serve'|'refuse', 1: string}
 */
function nextStep(array $found, string $code, string $settings): array
{
  ['tables' => $tables, 'version' => $version, 'begun' => $begun] = $found;
  if ($version === null) {
    if (!$tables) return ['install', ''];
    if ($begun === 'install') return ['clear', ''];
    return ['refuse', 'The database holds the tables of a Nextcloud whose files are not in this bucket: nothing is installed over them. Remove them if nobody needs them (docs/nextcloud.md, "Files in a bucket").'];
  }
  if (!$tables) return ['refuse', "The rows of Nextcloud $version are gone, and its files are still in the bucket: nothing is installed in their place. Restore the database (docs/recovery.md)."];
  if (version_compare($version, $code) > 0) return ['refuse', "The rows are those of Nextcloud $version, and this code is $code, which is older: it cannot read them. Nothing is served with it."];
  if ((int) $code > (int) $version + 1) return ['refuse', "From Nextcloud $version to $code a major version is skipped, whose migrations would never run."];
  if ($version !== $code) return ['upgrade', ''];
  return [$found['settings'] === $settings ? 'serve' : 'settle', ''];
}
