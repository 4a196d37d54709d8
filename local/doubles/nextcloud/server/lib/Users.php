<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Accounts, groups and app passwords. Password hashes carry the real ones' version prefix. */
final class Users
{
    public function __construct(
        private readonly Database $database,
        private readonly Config $config,
        private readonly AppConfig $settings,
    ) {
    }

    public function exists(string $uid): bool
    {
        return $this->find($uid) !== null;
    }

    /** @return array{uid: string, displayname: string}|null */
    public function find(string $uid): ?array
    {
        return $this->database->row(
            'SELECT uid, COALESCE(displayname, uid) AS displayname FROM *PREFIX*users WHERE uid_lower = ?',
            [mb_strtolower($uid)],
        );
    }

    /** @return array<string, string> display names by uid */
    public function all(): array
    {
        $sql = 'SELECT uid, COALESCE(displayname, uid) AS name FROM *PREFIX*users ORDER BY uid';
        return array_column($this->database->rows($sql), 'name', 'uid');
    }

    public function create(string $uid, string $password, ?string $displayName = null): void
    {
        if (preg_match("/^[a-zA-Z0-9 _.@\\-']+$/", $uid) !== 1) {
            throw new HintException('Only the following characters are allowed in an Login: "a-z", "A-Z", "0-9", spaces and "_.@-\'"');
        }
        if ($this->exists($uid)) {
            throw new HintException('The Login is already being used');
        }
        $this->database->run(
            'INSERT INTO *PREFIX*users (uid, displayname, password, uid_lower) VALUES (?, ?, ?, ?)',
            [$uid, $displayName ?? $uid, self::hash($password), mb_strtolower($uid)],
        );
    }

    public function delete(string $uid): void
    {
        foreach (['users' => 'uid', 'group_user' => 'uid', 'authtoken' => 'uid', 'preferences' => 'userid'] as $table => $column) {
            $this->database->run("DELETE FROM *PREFIX*$table WHERE $column = ?", [$uid]);
        }
    }

    /** What the password policy, on by default, asks of every password but the installer's. */
    public function requireStrong(string $password): void
    {
        $length = (int) $this->settings->get('password_policy', 'minLength', '10');
        if (mb_strlen($password) < $length) {
            throw new HintException("Password needs to be at least $length characters long.");
        }
    }

    public function setPassword(string $uid, string $password): void
    {
        $this->database->run('UPDATE *PREFIX*users SET password = ? WHERE uid = ?', [self::hash($password), $uid]);
    }

    /** The uid that a name and a password, or an app password, open; null if they open none. */
    public function verify(string $name, string $password): ?string
    {
        $row = $this->database->row('SELECT uid, password FROM *PREFIX*users WHERE uid_lower = ?', [mb_strtolower($name)]);
        if ($row === null || $this->settings->preference($row['uid'], 'core', 'enabled', 'true') === 'false') {
            return null;
        }
        [, $hash] = explode('|', $row['password'], 2);
        if (password_verify($password, $hash)) {
            return $row['uid'];
        }
        $token = $this->database->row(
            'UPDATE *PREFIX*authtoken SET last_activity = ? WHERE token = ? AND uid = ? RETURNING uid',
            [time(), $this->tokenHash($password), $row['uid']],
        );
        return $token['uid'] ?? null;
    }

    /** A new app password of an account. It stops working when `secret` in config.php changes. */
    public function addToken(string $uid, string $name): string
    {
        $letters = 'abcdefghijkmnopqrstwxyzABCDEFGHJKLMNPQRSTWXYZ23456789';
        $token = '';
        for ($i = 0; $i < 72; $i++) {
            $token .= $letters[random_int(0, strlen($letters) - 1)];
        }
        $this->database->run(
            'INSERT INTO *PREFIX*authtoken (uid, login_name, name, token, last_activity) VALUES (?, ?, ?, ?, ?)',
            [$uid, $uid, $name, $this->tokenHash($token), time()],
        );
        return $token;
    }

    public function addGroup(string $gid): void
    {
        $this->database->run('INSERT INTO *PREFIX*groups (gid, displayname) VALUES (?, ?) ON CONFLICT DO NOTHING', [$gid, $gid]);
    }

    public function addToGroup(string $uid, string $gid): void
    {
        $this->database->run('INSERT INTO *PREFIX*group_user (gid, uid) VALUES (?, ?) ON CONFLICT DO NOTHING', [$gid, $uid]);
    }

    /** @return list<string> */
    public function groups(?string $uid = null): array
    {
        $rows = $uid === null
            ? $this->database->rows('SELECT gid FROM *PREFIX*groups ORDER BY gid')
            : $this->database->rows('SELECT gid FROM *PREFIX*group_user WHERE uid = ? ORDER BY gid', [$uid]);
        return array_column($rows, 'gid');
    }

    private function tokenHash(string $token): string
    {
        return hash('sha512', $token . $this->config->string('secret'));
    }

    private static function hash(string $password): string
    {
        return '3|' . password_hash($password, PASSWORD_ARGON2ID);
    }
}
