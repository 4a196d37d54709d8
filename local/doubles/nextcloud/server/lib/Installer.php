<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Makes a new instance, and brings the data of an older one to this version. */
final class Installer
{
    public function __construct(private readonly Server $server)
    {
    }

    /** @param array{dbname: string, dbuser: string, dbpassword: string, dbhost: string, prefix: string, admin: string, password: string, data: string} $options */
    public function install(array $options): void
    {
        $config = $this->server->config;
        if ($options['admin'] === '' || $options['password'] === '') {
            throw new HintException('Set an admin Login and a password.');
        }
        $data = $options['data'];
        if ((!is_dir($data) && !@mkdir($data, 0770, true)) || !is_writable($data)) {
            throw new HintException("Cannot create or write into the data directory $data");
        }
        if ($config->get('apps_paths') !== null && !is_writable(ROOT . '/custom_apps')) {
            throw new HintException('Cannot write into "apps" directory.', 'Give the web server write access to custom_apps.');
        }
        // Written alone and first, as by the real one: without CAN_INSTALL this write is refused.
        if ($config->get('instanceid') === null) {
            $config->set(['instanceid' => 'oc' . strtolower(self::random(10))]);
        }
        // Drawn anew at each attempt. Source: lib/private/Setup.php of 31.0.6.
        $config->set([
            'passwordsalt' => self::random(30),
            'secret' => self::random(48),
            'trusted_domains' => $config->get('trusted_domains') ?? ['localhost'],
            'datadirectory' => $data,
            'dbtype' => 'pgsql',
            'version' => $this->server->version->full,
            'overwrite.cli.url' => $config->get('overwrite.cli.url') ?? 'http://localhost',
            'dbname' => $options['dbname'],
            'dbhost' => $options['dbhost'],
            'dbtableprefix' => $options['prefix'],
            ...$this->databaseLogin($options),
        ]);
        $database = $this->server->database();
        Fault::point('database');
        Schema::create($database);
        Fault::point('tables');
        Schema::stamp($database, $this->server->version->full);
        $settings = $this->server->settings();
        $settings->set('core', 'vendor', 'nextcloud');
        $settings->set('core', 'installedat', (string) microtime(true));
        $settings->set('core', 'lastupdatedat', (string) time());
        $this->server->apps()->enableShipped();
        $users = $this->server->users();
        $users->create($options['admin'], $options['password']);
        Fault::point('account');
        $users->addGroup('admin');
        $users->addToGroup($options['admin'], 'admin');
        Fault::point('group');
        Jobs::register($database);
        file_put_contents("$data/.ncdata", "# Nextcloud data directory\n# Do not change this file");
        file_put_contents("$data/index.html", '');
        $appdata = "$data/appdata_" . $config->string('instanceid');
        if (!is_dir($appdata)) {
            mkdir($appdata, 0770);
        }
        Fault::point('data');
        $config->set(['installed' => true]);
        Fault::point('installed');
        if (is_file($config->folder . '/CAN_INSTALL')) {
            unlink($config->folder . '/CAN_INSTALL');
        }
    }

    /**
     * A database user who may create roles is not kept: the real one then makes its own, `oc_<admin>`, with a
     * password of its own, unless `setup_create_db_user` is false.
     *
     * @param array<string, string> $options
     * @return array{dbuser: string, dbpassword: string}
     */
    private function databaseLogin(array $options): array
    {
        ['dbhost' => $host, 'dbname' => $name, 'dbuser' => $user, 'dbpassword' => $password] = $options;
        $login = ['dbuser' => $user, 'dbpassword' => $password];
        try {
            $postgres = Database::connect($host, 'postgres', $user, $password);
        } catch (\RuntimeException) {
            // A user without access to the database "postgres" gets what it was given.
            $this->requireDatabase($host, $name, $user, $password);
            return $login;
        }
        $role = $postgres->prepare('SELECT rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ?');
        $role->execute([$user]);
        $rights = $role->fetch();
        $creates = $rights['rolcreaterole'] && !in_array($this->server->config->get('setup_create_db_user', true), [false, 'false'], true);
        if ($creates) {
            $login = ['dbuser' => 'oc_' . strtolower($options['admin']), 'dbpassword' => self::random(30)];
            $quoted = self::quote($login['dbuser']);
            $known = $postgres->prepare('SELECT 1 FROM pg_roles WHERE rolname = ?');
            $known->execute([$login['dbuser']]);
            $verb = $known->fetch() ? 'ALTER' : 'CREATE';
            $postgres->exec("$verb ROLE $quoted LOGIN CREATEDB PASSWORD " . $postgres->quote($login['dbpassword']));
        }
        $exists = $postgres->prepare('SELECT 1 FROM pg_database WHERE datname = ?');
        $exists->execute([$name]);
        if (!$exists->fetch()) {
            $postgres->exec('CREATE DATABASE ' . self::quote($name));
        }
        if ($creates) {
            $main = Database::connect($host, $name, $user, $password);
            $main->exec('GRANT CREATE ON SCHEMA public TO ' . self::quote($login['dbuser']));
        }
        $this->requireDatabase($host, $name, $login['dbuser'], $login['dbpassword']);
        return $login;
    }

    private function requireDatabase(string $host, string $name, string $user, string $password): void
    {
        try {
            Database::connect($host, $name, $user, $password);
        } catch (\RuntimeException $error) {
            throw new HintException(
                'PostgreSQL Login and/or password not valid: ' . $error->getMessage(),
                'You need to enter details of an existing account.',
            );
        }
    }

    /** @param callable(string): void $say */
    public function upgrade(callable $say): void
    {
        $config = $this->server->config;
        $from = $config->string('version', '0.0.0');
        $to = $this->server->version->full;
        if (Version::major($to) > Version::major($from) + 1) {
            throw new HintException('Updates between multiple major versions and downgrades are unsupported.');
        }
        $kept = $config->bool('maintenance');
        if (!$kept) {
            $config->set(['maintenance' => true]);
            $say('Turned on maintenance mode');
        }
        Fault::point('maintenance');
        $database = $this->server->database();
        $say('Updating database schema');
        Schema::create($database);
        $this->failWhenAsked();
        Schema::stamp($database, $to);
        Fault::point('schema');
        $say('Updated database');
        $this->server->apps()->enableShipped();
        $this->server->apps()->upgrade($say);
        Jobs::register($database);
        if (Version::major($to) > Version::major($from)) {
            Jobs::leaveMigration($database);
        }
        $this->server->settings()->set('core', 'lastupdatedat', (string) time());
        $config->set(['version' => $to]);
        Fault::point('version');
        $say('Update successful');
        $say($kept ? 'Maintenance mode is kept active' : 'Turned off maintenance mode');
        if (!$kept) {
            $config->set(['maintenance' => false]);
        }
    }

    /** A switch of the double alone: `occ config:app:set double fail_upgrade --value=yes` makes every upgrade fail. */
    private function failWhenAsked(): void
    {
        if ($this->server->settings()->get('double', 'fail_upgrade') === 'yes') {
            throw new HintException('The double was told to fail: app config double/fail_upgrade.');
        }
    }

    private static function quote(string $name): string
    {
        return '"' . str_replace('"', '""', $name) . '"';
    }

    public static function random(int $length): string
    {
        $letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
        $text = '';
        for ($i = 0; $i < $length; $i++) {
            $text .= $letters[random_int(0, 61)];
        }
        return $text;
    }
}
