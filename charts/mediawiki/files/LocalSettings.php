<?php
if (!defined('MEDIAWIKI')) exit;
function commune_secret($path) { return rtrim(file_get_contents("/run/secrets/$path"), "\n"); }

$wgSitename = '@title@';
// Not after the name, which may change and may have what no address can.
$wgMetaNamespace = 'Projet';
$wgLanguageCode = 'fr';
$wgLocaltimezone = 'Europe/Paris';
$wgServer = 'https://@host@';
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
// The front alone reaches this, and says who asked.
$wgCdnServersNoPurge = ['127.0.0.1'];

$wgDBtype = 'mysql';
$wgDBserver = '@database.host@:@database.port@';
$wgDBname = '@database.name@';
$wgDBuser = $wgDBname;
$wgDBpassword = commune_secret('database/@database.key@');
$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';
$wgSecretKey = hash_hmac('sha256', 'secret key', commune_secret('salt/@salt.key@'));
$wgAuthenticationTokenVersion = '1';

$wgMainCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgParserCacheType = CACHE_DB;
$wgCacheDirectory = '/data/cache';
$wgLocalisationCacheConf['store'] = 'array';

// Files are shown to those who may read the wiki, and never by the server itself.
$wgEnableUploads = true;
$wgUploadDirectory = '/data/images';
$wgUploadPath = '/img_auth.php';
$wgFileExtensions = ['png', 'gif', 'jpg', 'jpeg', 'webp', 'pdf', 'odt', 'ods', 'odp'];
$wgUseImageMagick = false;

// Who administers it makes the accounts. There is no mail, and nobody outside is asked for anything.
$wgEnableEmail = false;
$wgEmergencyContact = $wgPasswordSender = '@admin.mail@';
$wgGroupPermissions['*']['createaccount'] = false;
$wgGroupPermissions['*']['edit'] = false;
$wgGroupPermissions['*']['read'] = '@access@' === 'public';
$wgGroupPermissions['user']['read'] = '@access@' !== 'admins';
$wgGroupPermissions['user']['edit'] = '@access@' !== 'admins';
$wgGroupPermissions['sysop']['read'] = true;
$wgGroupPermissions['sysop']['edit'] = true;
$wgAllowExternalImages = false;
$wgUseInstantCommons = false;
$wgPingback = false;
$wgShowExceptionDetails = false;

wfLoadSkin('Vector');
$wgDefaultSkin = 'vector-2022';
wfLoadExtensions(['WikiEditor', 'Cite', 'ParserFunctions']);
// @include persons.php@
