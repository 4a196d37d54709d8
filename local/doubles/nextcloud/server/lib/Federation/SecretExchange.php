<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\HttpException;
use CommuneDouble\Installer;
use CommuneDouble\Jobs;
use CommuneDouble\Server;
use CommuneDouble\Web;

/**
 * How two servers that trust each other come to one secret. One asks the other, by a background job, to fetch it
 * (the greater token wins when both ask); the other fetches it, by a background job of its own.
 */
final class SecretExchange
{
    public const REQUEST = 'OCA\\Federation\\BackgroundJob\\RequestSharedSecret';
    public const FETCH = 'OCA\\Federation\\BackgroundJob\\GetSharedSecret';

    private const ACTION = 'federationSharedSecret';
    private const LIFE = 2592000;
    private const SECONDS = 3;
    private const ATTEMPTS = 5;

    private readonly TrustedServers $servers;

    public function __construct(private readonly Server $server)
    {
        $this->servers = new TrustedServers($server);
    }

    /**
     * POST …/request-shared-secret: the other server wants this one to fetch a secret.
     *
     * @return array{}
     */
    public function requested(Web $web): array
    {
        $this->server->throttle()->wait($web->request->remoteAddress(), self::ACTION);
        [$url, $token] = [$web->request->required('url'), $web->request->required('token')];
        $own = $this->trusted($web, $url, 'requesting shared secret')['token'];
        if (strcmp((string) $own, $token) > 0) {
            $this->say('info', "remote server ($url) presented lower token. We will initiate the exchange of the shared secret.");
            throw new HttpException(403, '403', '');
        }
        Jobs::add($this->server->database(), self::FETCH, ['url' => $url, 'token' => $token, 'created' => time()]);
        return [];
    }

    /**
     * GET …/shared-secret: the other server fetches the secret that is made now.
     *
     * @return array{sharedSecret: string}
     */
    public function fetched(Web $web): array
    {
        $this->server->throttle()->wait($web->request->remoteAddress(), self::ACTION);
        [$url, $token] = [$web->request->required('url'), $web->request->required('token')];
        $own = $this->trusted($web, $url, 'getting shared secret')['token'];
        if (!hash_equals((string) $own, $token)) {
            $this->server->throttle()->register($web->request->remoteAddress(), self::ACTION);
            $this->say('error', "remote server ($url) didn't send a valid token while getting shared secret");
            throw new HttpException(403, '403', '');
        }
        $secret = Installer::random(32);
        $this->servers->setSecret($url, $secret);
        return ['sharedSecret' => $secret];
    }

    /** @return array<string, mixed> */
    private function trusted(Web $web, string $url, string $while): array
    {
        $row = $this->servers->find($url);
        if ($row === null) {
            $this->server->throttle()->register($web->request->remoteAddress(), self::ACTION);
            $this->say('error', "remote server not trusted ($url) while $while");
            throw new HttpException(403, '403', '');
        }
        return $row;
    }

    /** The job that asks. @param array<string, mixed> $argument @return array<string, mixed>|null to be tried again */
    public function ask(array $argument): ?array
    {
        $attempt = (int) ($argument['attempt'] ?? 0);
        $again = [...$argument, 'attempt' => $attempt + 1];
        if (!$this->isDue($argument)) {
            return null;
        }
        $form = ['url' => $this->self(), 'token' => $argument['token'], 'format' => 'json'];
        $status = $this->status($argument['url'], 'refused to ask for a shared secret.', function (string $url) use ($form): int {
            return $this->server->http()->send('POST', $url, ['form' => $form, 'timeout' => self::SECONDS, 'peer' => true])->status;
        }, 'request-shared-secret');
        return $status === 200 || ($status === 403 && $attempt >= self::ATTEMPTS) ? null : $again;
    }

    /** The job that fetches. @param array<string, mixed> $argument @return array<string, mixed>|null to be tried again */
    public function fetch(array $argument): ?array
    {
        if (!$this->isDue($argument)) {
            return null;
        }
        $query = ['url' => $this->self(), 'token' => $argument['token'], 'format' => 'json'];
        $body = null;
        $status = $this->status($argument['url'], 'refused to exchange a shared secret with you.', function (string $url) use ($query, &$body): int {
            $answer = $this->server->http()->send('GET', $url, ['query' => $query, 'timeout' => self::SECONDS, 'peer' => true]);
            $body = $answer->json();
            return $answer->status;
        }, 'shared-secret');
        if ($status === 200) {
            $secret = $body['ocs']['data']['sharedSecret'] ?? null;
            if (is_string($secret)) {
                $this->servers->setSecret($argument['url'], $secret);
            } else {
                $this->say('error', "remote server \"{$argument['url']}\" does not return a valid shared secret.");
                $this->servers->setStatus($argument['url'], TrustedServers::FAILURE);
            }
        }
        return $status === 200 || $status === 403 ? null : $argument;
    }

    /** Whether the peer is still trusted, and was not asked in vain for 30 days. @param array<string, mixed> $argument */
    private function isDue(array $argument): bool
    {
        if (!$this->servers->isTrusted($argument['url'])) {
            return false;
        }
        if ((int) ($argument['created'] ?? time()) < time() - self::LIFE) {
            $this->say('warning', "The exchange of a shared secret is too old and gets stopped now. Setting server status of '{$argument['url']}' to failure.");
            $this->servers->setStatus($argument['url'], TrustedServers::FAILURE);
            return false;
        }
        return true;
    }

    /** @param callable(string): int $call gets the address, returns the status */
    private function status(string $target, string $refused, callable $call, string $path): int
    {
        $endpoint = (new Discovery($this->server))->endpoints($target)['shared-secret'] ?? "/ocs/v2.php/apps/federation/api/v1/$path";
        try {
            return $call(rtrim($target, '/') . '/' . trim($endpoint, '/'));
        } catch (HttpFailure $failure) {
            $code = $failure->getCode();
            $this->say('info', $code === 403 ? "$target $refused" : "$target could not be asked: {$failure->getMessage()}");
            return $code;
        }
    }

    /** The own address, as the jobs know it: exactly what the peer must have written down. */
    private function self(): string
    {
        return rtrim($this->server->config->string('overwrite.cli.url'), '/');
    }

    private function say(string $level, string $message): void
    {
        $this->server->log->write($level, $message, 'federation');
    }
}
