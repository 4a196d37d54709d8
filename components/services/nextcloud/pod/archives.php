<?php
require '__SCRIPTS__/zz-commune.config.php';
require '/usr/src/nextcloud/3rdparty/autoload.php';

$bucket = $CONFIG['objectstore']['arguments'];
$store = new Aws\S3\S3Client([
  'version' => 'latest',
  'region' => $bucket['region'],
  'endpoint' => "https://{$bucket['hostname']}:{$bucket['port']}",
  'use_path_style_endpoint' => $bucket['use_path_style'],
  'credentials' => ['key' => $bucket['key'], 'secret' => $bucket['secret']],
  'request_checksum_calculation' => 'when_required',
  'response_checksum_validation' => 'when_required',
]);
if ($argv[1] === 'new') {
  $objects = $store->listObjectsV2(['Bucket' => $bucket['bucket'], 'Prefix' => 'urn:oid:', 'MaxKeys' => 1]);
  if (count($objects['Contents'] ?? []) === 0) exit(0);
  fwrite(STDERR, "The bucket {$bucket['bucket']} has files of a Nextcloud, and this database has no rows to them: a new one would write over them. Nothing is installed. Restore the database (docs/recovery.md), or name an empty bucket.\n");
  exit(1);
}
foreach (file('__SCRIPTS__/apps.txt', FILE_IGNORE_NEW_LINES) as $line) {
  [$id, $version, $url] = explode(' ', $line) + ['', '', ''];
  if ($url === '') continue;
  $file = "/var/www/html/custom_apps/.archives/$id-$version.tar.gz";
  $object = ['Bucket' => $bucket['bucket'], 'Key' => "apps/$id-$version.tar.gz"];
  if ($argv[1] === 'get') {
    if (is_file($file)) continue;
    $store->getObject($object + ['SaveAs' => "$file.part"]);
    rename("$file.part", $file);
  } elseif (is_file($file)) {
    $store->putObject($object + ['SourceFile' => $file]);
    echo "app $id $version: in the bucket\n";
  } elseif (!$store->doesObjectExist($object['Bucket'], $object['Key'])) {
    fwrite(STDERR, "app $id $version: it could not be fetched, and is not in the bucket. Servers with different apps break each other's data, so none starts without it. The lines of the container fetch say why; a mirror is declared as appMirror, and an app is taken out of apps.\n");
    exit(1);
  }
}
