<?php

declare(strict_types=1);

namespace Aws\S3;

use Aws\S3\Exception\S3Exception;

/**
 * A double of Amazon's library: what Nextcloud, and the toolkit's scripts beside it, ask of a bucket in the path of its
 * address. It keeps whole objects in memory. Source of names and retries: aws/aws-sdk-php 3, src/S3 and src/RetryMiddleware.php.
 */
final class S3Client
{
    /** @param array{region: string, endpoint: string, credentials: array{key: string, secret: string}, retries?: int, http?: array{timeout?: int}} $options */
    public function __construct(private readonly array $options)
    {
    }

    /** @param array{Bucket: string, Key: string, Body?: string, SourceFile?: string} $object */
    public function putObject(array $object): void
    {
        $body = $object['Body'] ?? file_get_contents($object['SourceFile']);
        $this->ask('PUT', "{$object['Bucket']}/{$object['Key']}", [], $body);
    }

    /** @param array{Bucket: string, Key: string, SaveAs?: string} $object @return array{Body: string} */
    public function getObject(array $object): array
    {
        $body = $this->ask('GET', "{$object['Bucket']}/{$object['Key']}");
        if (isset($object['SaveAs'])) {
            file_put_contents($object['SaveAs'], $body);
        }
        return ['Body' => $body];
    }

    /** @param array{Bucket: string, Key: string} $object */
    public function deleteObject(array $object): void
    {
        $this->ask('DELETE', "{$object['Bucket']}/{$object['Key']}");
    }

    public function doesObjectExist(string $bucket, string $key): bool
    {
        try {
            $this->ask('HEAD', "$bucket/$key");
            return true;
        } catch (S3Exception $error) {
            if ($error->getCode() === 404) {
                return false;
            }
            throw $error;
        }
    }

    /** @param array{Bucket: string, Prefix: string, MaxKeys: int} $asked @return array{Contents?: list<array{Key: string}>} */
    public function listObjectsV2(array $asked): array
    {
        $query = ['list-type' => '2', 'max-keys' => (string) $asked['MaxKeys'], 'prefix' => $asked['Prefix']];
        $found = simplexml_load_string($this->ask('GET', $asked['Bucket'], $query));
        $contents = [];
        foreach ($found->Contents ?? [] as $object) {
            $contents[] = ['Key' => (string) $object->Key];
        }
        return $contents === [] ? [] : ['Contents' => $contents];
    }

    /** Asks again when nothing or an error of the server comes. Throws S3Exception. */
    private function ask(string $method, string $path, array $query = [], string $body = ''): string
    {
        $retries = $this->options['retries'] ?? 3;
        for ($done = 0; ; $done++) {
            [$status, $text] = $this->once($method, '/' . str_replace('%2F', '/', rawurlencode($path)), $query, $body);
            if ($status >= 200 && $status < 300) {
                return $text;
            }
            if ($done === $retries || ($status !== 0 && $status < 500)) {
                throw new S3Exception("Error executing \"$method\" on \"{$this->options['endpoint']}/$path\": $status $text", $status);
            }
            usleep(random_int(0, 100_000 * 2 ** $done));
        }
    }

    /** @return array{0: int, 1: string} status and text; 0 and the reason if nothing came */
    private function once(string $method, string $path, array $query, string $body): array
    {
        $endpoint = rtrim(preg_replace('/:443$/', '', $this->options['endpoint']), '/');
        ksort($query);
        $asked = http_build_query($query, '', '&', PHP_QUERY_RFC3986);
        $headers = $this->signed($method, parse_url($endpoint), $path, $asked, hash('sha256', $body));
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => [...array_map(static fn ($name) => "$name: $headers[$name]", array_keys($headers)), 'Content-Type: application/octet-stream', 'Connection: close'],
            'content' => $body,
            'timeout' => $this->options['http']['timeout'] ?? 60,
            'protocol_version' => 1.1,
            'ignore_errors' => true,
        ]]);
        $text = @file_get_contents($endpoint . $path . ($asked === '' ? '' : "?$asked"), false, $context);
        if ($text === false || !preg_match('#^HTTP/\S+ (\d+)#', $http_response_header[0] ?? '', $said)) {
            return [0, error_get_last()['message'] ?? 'no answer'];
        }
        return [(int) $said[1], $text];
    }

    /** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
    private function signed(string $method, array $endpoint, string $path, string $query, string $payload): array
    {
        ['key' => $key, 'secret' => $secret] = $this->options['credentials'];
        $at = gmdate('Ymd\THis\Z');
        $headers = [
            'host' => $endpoint['host'] . (isset($endpoint['port']) ? ":{$endpoint['port']}" : ''),
            'x-amz-content-sha256' => $payload,
            'x-amz-date' => $at,
        ];
        $names = implode(';', array_keys($headers));
        $lines = implode('', array_map(static fn ($name) => "$name:$headers[$name]\n", array_keys($headers)));
        $request = implode("\n", [$method, $path, $query, $lines, $names, $payload]);
        $scope = [substr($at, 0, 8), $this->options['region'], 's3', 'aws4_request'];
        $signing = array_reduce($scope, static fn ($with, $part) => hash_hmac('sha256', $part, $with, true), "AWS4$secret");
        $signature = hash_hmac('sha256', implode("\n", ['AWS4-HMAC-SHA256', $at, implode('/', $scope), hash('sha256', $request)]), $signing);
        return $headers + ['Authorization' => 'AWS4-HMAC-SHA256 Credential=' . implode('/', [$key, ...$scope]) . ", SignedHeaders=$names, Signature=$signature"];
    }
}
