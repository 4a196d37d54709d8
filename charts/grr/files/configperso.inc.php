<?php
$gcDossierImg = 'data/images';
$gcDossierCss = 'data/css';
$gcDossierDoc = 'data/docresa';
$gEnvoisStatGRR = $gEnvoisServeur = $gRecherche_MAJ = 0;
$forcer_MAJ = $upload_Module = $restaureBBD = 0;
// Copies are the commune's, and there is no mail.
$gWarningBackup = $gWarningDossierInstall = $gMaxMail = 0;
