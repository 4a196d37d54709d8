<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The version of this code (version.php), and how it stands to the one that the data was made by. */
final class Version
{
    public readonly string $full;
    public readonly string $short;

    public function __construct()
    {
        $OC_Version = [];
        $OC_VersionString = '';
        require ROOT . '/version.php';
        $this->full = implode('.', $OC_Version);
        $this->short = $OC_VersionString;
    }

    /** Whether the data is older than the code; apps are asked in Server. Throws when it is newer. */
    public function needsUpgrade(Config $config): bool
    {
        if (!$config->bool('installed')) {
            return false;
        }
        $installed = $config->string('version', '0.0.0');
        if (version_compare($this->full, $installed) < 0) {
            throw new HintException(
                "Downgrading is not supported and is likely to cause unpredictable issues (from $installed to $this->full)",
            );
        }
        return version_compare($this->full, $installed) > 0;
    }

    public static function major(string $version): int
    {
        return (int) explode('.', $version)[0];
    }

    /** @return array<string, mixed> what /status.php and `occ status` say */
    public function status(Config $config, bool $needsUpgrade): array
    {
        return [
            'installed' => $config->bool('installed'),
            'maintenance' => $config->bool('maintenance'),
            'needsDbUpgrade' => $needsUpgrade,
            'version' => $this->full,
            'versionstring' => $this->short,
            'edition' => '',
            'productname' => 'Nextcloud',
            'extendedSupport' => false,
        ];
    }
}
