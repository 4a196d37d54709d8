<?php
define('GALETTE_HIDE_VERSION', true);
define('GALETTE_DISPLAY_VERSION', '');
