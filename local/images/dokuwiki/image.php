<?php
$conf['userewrite'] = 1;
