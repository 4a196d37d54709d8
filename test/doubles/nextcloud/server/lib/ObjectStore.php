<?php

declare(strict_types=1);

namespace CommuneDouble;

use Aws\S3\S3Client;

/**
 * The bucket of `objectstore`: an object for each file, by its number.
 * Source: lib/private/Files/ObjectStore/S3ConnectionTrait.php and S3ObjectTrait.php of nextcloud/server.
 */
final class ObjectStore
{
    private readonly S3Client $client;
    private readonly string $bucket;

    /** @param array<string, mixed> $arguments of the configuration */
    public function __construct(array $arguments)
    {
        require_once ROOT . '/3rdparty/autoload.php';
        ['bucket' => $this->bucket, 'hostname' => $host, 'port' => $port] = $arguments;
        $this->client = new S3Client([
            'region' => $arguments['region'] ?? 'eu-west-1',
            'endpoint' => ($arguments['use_ssl'] ?? true ? 'https' : 'http') . "://$host:$port",
            'credentials' => ['key' => $arguments['key'], 'secret' => $arguments['secret']],
            'retries' => $arguments['retriesMaxAttempts'] ?? 5,
            'http' => ['timeout' => $arguments['timeout'] ?? 15],
        ]);
    }

    public function write(int $file, string $bytes): void
    {
        $this->client->putObject($this->object($file) + ['Body' => $bytes]);
    }

    public function read(int $file): string
    {
        return $this->client->getObject($this->object($file))['Body'];
    }

    public function delete(int $file): void
    {
        $this->client->deleteObject($this->object($file));
    }

    public function exists(int $file): bool
    {
        return $this->client->doesObjectExist($this->bucket, "urn:oid:$file");
    }

    /** @return array{Bucket: string, Key: string} */
    private function object(int $file): array
    {
        return ['Bucket' => $this->bucket, 'Key' => "urn:oid:$file"];
    }
}
