<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\Fault;
use CommuneDouble\HintException;
use CommuneDouble\Input;
use CommuneDouble\Server;

/** Accounts, their passwords, tokens, settings and groups. */
final class Accounts
{
    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('user:add', 'adds an account', ['uid'], ['password-from-env', 'generate-password', 'display-name=', 'group=', 'email='], self::add(...), short: ['g' => 'group']),
            new Command('user:delete', 'deletes the specified account', ['uid'], [], self::delete(...)),
            new Command('user:list', 'list registered accounts', [], ['limit=', 'offset=', 'info', 'disabled'], self::list(...), short: ['l' => 'limit', 'o' => 'offset', 'i' => 'info']),
            new Command('user:info', 'show account info', ['user'], [], self::info(...)),
            new Command('user:resetpassword', 'Resets the password of the named account', ['user'], ['password-from-env'], self::reset(...)),
            new Command('user:auth-tokens:add', 'Add app password for the named account', ['user'], ['password-from-env', 'name='], self::token(...)),
            new Command('user:setting', 'Read and modify account settings', ['uid', 'app?', 'key?', 'value?'], ['ignore-missing-user', 'default-value=', 'update-only', 'delete', 'error-if-not-exists'], self::setting(...)),
            new Command('group:add', 'Add a group', ['groupid'], ['display-name='], self::addGroup(...)),
            new Command('group:adduser', 'add an account to a group', ['group', 'user'], [], self::addToGroup(...)),
            new Command('group:list', 'list configured groups', [], [], self::groups(...)),
        ];
    }

    private static function password(Input $input): string
    {
        if (!$input->has('password-from-env')) {
            throw new HintException('Interactive input or --password-from-env is needed for setting a password!');
        }
        $password = getenv('NC_PASS') ?: getenv('OC_PASS');
        return $password === false || $password === ''
            ? throw new HintException('--password-from-env given, but NC_PASS/OC_PASS is empty!')
            : $password;
    }

    /** Runs work that can be refused; what it says is printed, as the real commands do. */
    private static function refusable(callable $work): int
    {
        try {
            $work();
            return 0;
        } catch (HintException $error) {
            echo "Error: {$error->getMessage()}\n";
            return 1;
        }
    }

    private static function uid(Server $server, string $name): string
    {
        return $server->users()->find($name)['uid'] ?? throw new HintException('Account does not exist');
    }

    private static function add(Server $server, Input $input): int
    {
        $uid = $input->argument('uid');
        if ($server->users()->exists($uid)) {
            echo "The account \"$uid\" already exists.\n";
            return 1;
        }
        return self::refusable(static function () use ($server, $input, $uid): void {
            $password = $input->has('generate-password') ? bin2hex(random_bytes(16)) : self::password($input);
            $server->users()->requireStrong($password);
            $server->users()->create($uid, $password, $input->option('display-name'));
            Fault::point('account');
            echo "The account \"$uid\" was created successfully\n";
            if ($input->option('email') !== null) {
                $server->settings()->setPreference($uid, 'settings', 'email', $input->option('email'));
            }
            if ($input->option('display-name') !== null) {
                echo "Display name set to \"{$input->option('display-name')}\"\n";
            }
            foreach ($input->all('group') as $group) {
                if (!in_array($group, $server->users()->groups(), true)) {
                    $server->users()->addGroup($group);
                    echo "Created group \"$group\"\n";
                }
                $server->users()->addToGroup($uid, $group);
                Fault::point('member');
                echo "Account \"$uid\" added to group \"$group\"\n";
            }
        });
    }

    private static function delete(Server $server, Input $input): int
    {
        return self::refusable(static function () use ($server, $input): void {
            $server->users()->delete(self::uid($server, $input->argument('uid')));
            echo "The specified account was deleted\n";
        });
    }

    private static function list(Server $server, Input $input): int
    {
        $users = array_slice($server->users()->all(), (int) $input->option('offset', '0'), (int) $input->option('limit', '500'), true);
        $input->print($users);
        return 0;
    }

    private static function info(Server $server, Input $input): int
    {
        return self::refusable(static function () use ($server, $input): void {
            $uid = self::uid($server, $input->argument('user'));
            $input->print([
                'user_id' => $uid,
                'display_name' => $server->users()->find($uid)['displayname'],
                'email' => $server->settings()->preference($uid, 'settings', 'email', ''),
                'cloud_id' => $server->cloudId($uid),
                'enabled' => true,
                'groups' => $server->users()->groups($uid),
                'quota' => $server->settings()->preference($uid, 'files', 'quota', 'default'),
                'storage' => ['used' => $server->files()->used($uid), 'quota' => $server->files()->quota($uid) ?? -3],
            ]);
        });
    }

    private static function reset(Server $server, Input $input): int
    {
        return self::refusable(static function () use ($server, $input): void {
            $uid = self::uid($server, $input->argument('user'));
            $password = self::password($input);
            $server->users()->requireStrong($password);
            $server->users()->setPassword($uid, $password);
            echo "Successfully reset password for $uid\n";
        });
    }

    private static function token(Server $server, Input $input): int
    {
        return self::refusable(static function () use ($server, $input): void {
            $uid = self::uid($server, $input->argument('user'));
            if ($input->has('password-from-env')) {
                self::password($input);
            }
            echo "app password:\n" . $server->users()->addToken($uid, $input->option('name', 'cli')) . "\n";
        });
    }

    private static function setting(Server $server, Input $input): int
    {
        $settings = $server->settings();
        return self::refusable(static function () use ($server, $settings, $input): void {
            $uid = $input->has('ignore-missing-user') ? $input->argument('uid') : self::uid($server, $input->argument('uid'));
            [$app, $key, $value] = [$input->argument('app'), $input->argument('key'), $input->argument('value', "\0")];
            if ($app === '' || $key === '') {
                throw new HintException('The app and the key must be given to the double.');
            }
            if ($input->has('delete')) {
                $settings->deletePreference($uid, $app, $key);
            } elseif ($value !== "\0") {
                $settings->setPreference($uid, $app, $key, $value);
            } else {
                $current = $settings->preference($uid, $app, $key) ?? $input->option('default-value');
                echo ($current ?? throw new HintException('The setting does not exist for account "' . $uid . '".')) . "\n";
            }
        });
    }

    private static function addGroup(Server $server, Input $input): int
    {
        $gid = $input->argument('groupid');
        if (in_array($gid, $server->users()->groups(), true)) {
            echo "Group \"$gid\" already exists.\n";
            return 1;
        }
        $server->users()->addGroup($gid);
        Fault::point('group');
        echo "Created group \"$gid\"\n";
        return 0;
    }

    private static function addToGroup(Server $server, Input $input): int
    {
        if (!in_array($input->argument('group'), $server->users()->groups(), true)) {
            echo "group not found\n";
            return 1;
        }
        $user = $server->users()->find($input->argument('user'));
        if ($user === null) {
            echo "user not found\n";
            return 1;
        }
        $server->users()->addToGroup($user['uid'], $input->argument('group'));
        return 0;
    }

    private static function groups(Server $server, Input $input): int
    {
        $groups = array_fill_keys($server->users()->groups(), []);
        foreach (array_keys($server->users()->all()) as $uid) {
            foreach ($server->users()->groups((string) $uid) as $gid) {
                $groups[$gid][] = (string) $uid;
            }
        }
        $input->print($groups);
        return 0;
    }
}
