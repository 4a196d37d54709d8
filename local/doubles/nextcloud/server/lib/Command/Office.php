<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\Input;
use CommuneDouble\Server;

/** The office server: the command of richdocuments. The double asks it for its discovery, and edits nothing. */
final class Office
{
    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command(
                'richdocuments:activate-config',
                'Activate config changes',
                [],
                ['wopi-url=', 'callback-url='],
                self::activate(...),
                'richdocuments',
            ),
        ];
    }

    private static function activate(Server $server, Input $input): int
    {
        $settings = $server->settings();
        $given = $input->option('wopi-url');
        if ($given !== null) {
            $settings->set('richdocuments', 'wopi_url', $given);
        }
        $settings->set('richdocuments', 'wopi_callback_url', $input->option('callback-url') ?? '');
        $url = rtrim($settings->get('richdocuments', 'wopi_url') ?? '', '/');
        $handle = curl_init("$url/hosting/discovery");
        curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_FAILONERROR => true, CURLOPT_TIMEOUT => 10]);
        $answer = curl_exec($handle);
        if (!is_string($answer) || !str_contains($answer, '<wopi-discovery')) {
            echo "Failed to fetch discovery endpoint from $url\n" . curl_error($handle) . "\n";
            return 1;
        }
        echo "Collabora URL (used for Nextcloud to contact the Collabora server):\n  $url\n";
        return 0;
    }
}
