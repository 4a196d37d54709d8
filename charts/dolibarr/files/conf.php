<?php
// TLS ends before the front, and nothing but the front reaches this.
$_SERVER['HTTPS'] = 'on';
$_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
$dolibarr_main_url_root = 'https://@host@';
$dolibarr_main_document_root = '/var/www/html';
$dolibarr_main_data_root = '/var/www/documents';
$dolibarr_main_db_type = 'mysqli';
$dolibarr_main_db_host = '@database.host@';
$dolibarr_main_db_port = '@database.port@';
$dolibarr_main_db_name = '@database.name@';
$dolibarr_main_db_user = $dolibarr_main_db_name;
$dolibarr_main_db_pass = rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n");
$dolibarr_main_db_prefix = 'llx_';
$dolibarr_main_db_character_set = 'utf8mb4';
$dolibarr_main_db_collation = 'utf8mb4_unicode_ci';
$dolibarr_main_instance_unique_id = hash_hmac('sha256', 'instance', rtrim(file_get_contents('/run/secrets/key/@key.key@'), "\n"));
$dolibarr_main_authentication = 'dolibarr';
// Its cookies are for https alone with it.
$dolibarr_main_force_https = '2';
$dolibarr_main_prod = '1';
$dolibarr_nocsrfcheck = '0';
$dolibarr_cron_allow_cli = '0';
// No program of the machine is started for a page (an empty list would allow each), and nobody is written to.
$dolibarr_main_restrict_os_commands = 'none';
$dolibarr_mailing_limit_sendbyweb = '-1';
$dolibarr_mailing_limit_sendbycli = '-1';
