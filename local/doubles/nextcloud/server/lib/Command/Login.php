<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\Input;
use CommuneDouble\Server;

/** Providers that people log in with: the command of user_oidc. The double keeps them, and asks none. */
final class Login
{
    private const SETTINGS = ['unique-uid', 'check-bearer', 'bearer-provisioning', 'send-id-token-hint', 'mapping-uid', 'mapping-display-name', 'mapping-email', 'mapping-quota', 'mapping-groups', 'group-provisioning', 'extra-claims'];

    /** @return list<Command> */
    public static function all(): array
    {
        $options = ['clientid', 'clientsecret', 'clientsecret-file', 'clientsecret-env', 'discoveryuri', 'endsessionendpointuri', 'postlogouturi', 'scope', ...self::SETTINGS];
        return [
            new Command(
                'user_oidc:provider',
                'Create, show or update a OpenId connect provider config given the identifier of a provider',
                ['identifier?'],
                array_map(static fn ($option) => "$option=", $options),
                self::provider(...),
                'user_oidc',
                ['c' => 'clientid', 's' => 'clientsecret', 'd' => 'discoveryuri', 'o' => 'scope'],
            ),
        ];
    }

    private static function provider(Server $server, Input $input): int
    {
        $providers = json_decode($server->settings()->get('user_oidc', 'double_providers', '{}'), true);
        $identifier = $input->argument('identifier');
        if ($identifier === '') {
            $input->print(array_values(array_map(self::shown(...), $providers)));
            return 0;
        }
        $known = $providers[$identifier] ?? null;
        $secret = self::secret($input);
        $given = array_filter([
            'clientId' => $input->option('clientid'),
            'clientSecret' => $secret,
            'discoveryEndpoint' => $input->option('discoveryuri'),
        ], is_string(...));
        if ($given === []) {
            if ($known === null) {
                echo "Provider not found\n";
                return 255;
            }
            $input->print(self::shown($known));
            return 0;
        }
        if ($known === null && count($given) < 3) {
            echo "Provider must be given all parameters.\n";
            return 255;
        }
        $settings = $known['settings'] ?? [];
        foreach (self::SETTINGS as $name) {
            $settings[$name] = $input->option($name) ?? $settings[$name] ?? '';
        }
        $providers[$identifier] = ['identifier' => $identifier, ...($known ?? []), ...$given, 'settings' => $settings];
        $server->settings()->set('user_oidc', 'double_providers', (string) json_encode($providers));
        return 0;
    }

    private static function secret(Input $input): ?string
    {
        $file = $input->option('clientsecret-file');
        $variable = $input->option('clientsecret-env');
        return match (true) {
            $file !== null => trim((string) file_get_contents($file)),
            $variable !== null => (string) getenv($variable),
            default => $input->option('clientsecret'),
        };
    }

    /** @param array<string, mixed> $provider @return array<string, mixed> */
    private static function shown(array $provider): array
    {
        unset($provider['clientSecret']);
        return $provider;
    }
}
