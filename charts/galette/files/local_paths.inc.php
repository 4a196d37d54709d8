<?php
define('GALETTE_TELEMETRY_URI', 'http://127.0.0.1:9/');
// Each page asks it for a newer version, and writes an error into its log where nothing answers: the front answers.
define('GALETTE_DOWNLOADS_URI', 'http://127.0.0.1:8080/no-newer-version');
