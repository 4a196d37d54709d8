/**
 * Texts of the pods of copies and restores, and of what commands share with them. Pods speak English, and a text of
 * theirs that changes restarts them.
 */
export const ofPods: Readonly<Record<string, string>> = {
  // programs/vault, and what asks a vault.
  "the vault at {} answered {} to {} {}: {}": "le coffre de {} a répondu {} à {} {} : {}",
  "there is something else of this name, and nothing is replaced":
    "il y a autre chose sous ce nom, et rien n’est remplacé",
  "not what its name says": "ce n’est pas ce que dit son nom",
  "this vault is full": "ce coffre est plein",
  "this repository was not created": "ce dépôt n’a pas été créé",
  "the period of this generation has not begun": "la période de cette génération n’a pas commencé",
  "only its guest": "son invitée seule le peut",
  "a later site of its guest took over, and nothing is taken from this one":
    "un site plus récent de son invitée a pris la suite, et rien n’est pris de celui-ci",
  "this password reads, and brings nothing": "ce mot de passe lit, et n’apporte rien",
  "this password opens what is of {} alone": "ce mot de passe n’ouvre que ce qui est de {}",
  "another site of its guest creates this name": "un autre site de son invitée crée ce nom",
  "its guest's administrators alone say that nothing follows":
    "les administrateurs de son invitée disent seuls que rien ne suit",
  "no point here has a number near this one": "aucun point ici n’a de numéro proche de celui-ci",
  "until when it is kept is reckoned here": "jusqu’à quand c’est gardé se calcule ici",
  "nothing is deleted here but locks": "rien n’est supprimé ici, sauf les verrous",
  "the keys to the bucket {} are not set. Set them with: npx pulumi config set --secret commune:{}, and commune:{}":
    "les clés de l’espace de stockage {} ne sont pas données. Donnez-les : npx pulumi config set --secret commune:{}, et commune:{}",
  "{} was answered with {}{}{}": "{} a reçu la réponse {}{}{}",
  "and with no ETag": "et sans ETag",
  "{} in the place of a list of versions": "{} à la place d’une liste de versions",
  "it goes on, and the store does not say where": "elle continue, et l’espace de stockage ne dit pas où",
  "the store began to take {} in parts, and did not say under which name":
    "l’espace de stockage a commencé à recevoir {} en morceaux, sans dire sous quel nom",
  "the bucket {} is opened to read alone, and {} was to be brought":
    "l’espace de stockage {} n’est ouvert qu’en lecture, et {} devait y être apporté",
  "the bucket {} has another file of the name {}": "l’espace de stockage {} a un autre fichier du nom de {}",
  "the vault at {} has no {}. It has: {}.": "le coffre de {} n’a pas {}. Il a : {}.",
  "the vault at {} gives what this commune did not write there, and nothing of that was brought: {}":
    "le coffre de {} donne ce que cette commune n’y a pas écrit, et rien n’en a été apporté : {}",
  "the vault at {} does not give {} of {}, which was just brought to it. Nothing of it was brought to {}.":
    "le coffre de {} ne donne pas {} de {}, qui vient d’y être apporté. Rien n’en a été apporté à {}.",
  "what the vault at {} has as {} is not what its name says. Nothing of it was brought.":
    "ce que le coffre de {} a sous {} n’est pas ce que dit son nom. Rien n’en a été apporté.",
  "{} at {} is not whole: {}": "{} chez {} n’est pas complet : {}",
  "{} at {} lacks {}, which was brought there": "à {} chez {} il manque {}, qui y a été apporté",
  "restic check ended with {}: {}": "restic check a fini par {} : {}",
  "no key of {} opens it with this commune's password":
    "aucune clé de {} ne l’ouvre avec le mot de passe de cette commune",

  // What a restore point is.
  "it is no head of a restore point": "ce n’est pas l’en-tête d’un point de restauration",
  "it is one of {}'s {}": "il est d’un service de {} : {}",
  "the commune did not let this key sign restore points":
    "la commune n’a pas permis à cette clé de signer des points de restauration",
  "its signature is not the service's": "sa signature n’est pas celle du service",
  "the manifest cannot be opened with this password, or is not what was written":
    "le manifeste ne s’ouvre pas avec ce mot de passe, ou n’est pas ce qui a été écrit",
  "the manifest is not the one of its head": "le manifeste n’est pas celui de son en-tête",
  "the manifest is of a form that this version does not know":
    "le manifeste est d’une forme que cette version ne connaît pas",
  "it is no restore point": "ce n’est pas un point de restauration",

  // programs/keeper.
  "nothing can be restored yet": "rien ne peut encore être restauré",
  "the last copy is {} s old, and {} s were promised": "la dernière copie a {} s, et {} s étaient promises",
  "nothing after {} can be restored: {}": "rien après {} ne peut être restauré : {}",
  "the copy at {} did not come back on {}: {}": "la copie chez {} n’est pas revenue le {} : {}",
  "the copy at {} was not brought back for {} days: its rehearsals do not end":
    "la copie chez {} n’a pas été restaurée depuis {} jours : ses essais ne se terminent pas",
  "there is no vault to bring anything back from": "il n’y a pas de coffre d’où restaurer quelque chose",
  "{} is damaged: {}": "{} est endommagée : {}",
  "the vault at {} has no copy of {}": "le coffre de {} n’a pas de copie de {}",
  "the spool is full, and the server keeps its log itself":
    "la réserve est pleine, et le serveur garde son journal lui-même",
  "the vault at {} does not answer: {}": "le coffre de {} ne répond pas : {}",
  "not asked yet": "pas encore interrogé",
  "no answer within {} s": "pas de réponse en {} s",
  "the clock of the vault at {} is {} s ahead of the keeper's":
    "l’horloge du coffre de {} avance de {} s sur celle du gardien",
  "the server is another one": "le serveur est un autre",
  "the server was restored": "le serveur a été restauré",
  "the server went back in time": "le serveur est revenu en arrière",
  "the server's clock was set back": "l’horloge du serveur a été reculée",
  "the server knows of no keeper any more": "le serveur ne connaît plus de gardien",
  "the server kept its log as long as it could, and then no more":
    "le serveur a gardé son journal tant qu’il a pu, puis plus",
  "no vault answers": "aucun coffre ne répond",
  "every vault that answers knows of incarnation {} of this commune, and this one is {}: another site took its place, and nothing is copied from here any more":
    "chaque coffre qui répond connaît l’incarnation {} de cette commune, et celle-ci est la {} : un autre site a pris sa place, et plus rien n’est copié d’ici",
  "the base has {} bytes in the vault, and {} were taken":
    "la copie complète a {} octets au coffre, et {} ont été pris",
  "the server is another one than when its base began":
    "le serveur n’est plus celui avec lequel sa copie complète a commencé",
  "the log of the new timeline is not received yet": "le journal de la nouvelle suite n’est pas encore reçu",
  "the spool has lost a part of the log": "la réserve a perdu une partie du journal",
  "the log is not received": "le journal n’est pas reçu",
  "{} files of the log were taken, and there are {}": "{} fichiers du journal ont été pris, et il y en a {}",
  "the keeper was not told how the vault at {} is opened":
    "le gardien n’a pas appris comment le coffre de {} s’ouvre",
  "{} is damaged, and so are those of today and tomorrow":
    "{} est abîmée, et celles d’aujourd’hui et de demain aussi",
  "restic dump ended with {}": "restic dump a fini par {}",
  "pg_restore cannot read the dump {} in the vault": "pg_restore ne peut pas lire la copie {} au coffre",
  "restic ended well and took no snapshot.": "restic a bien fini et n’a pris aucune copie.",

  // programs/restore-point: taking one.
  "the point before cannot be compared with: {}": "le point d’avant ne peut pas servir de comparaison : {}",
  "the vault at {} is not declared any more": "le coffre de {} n’est plus déclaré",
  "restore point {} is at {} alone. {}": "le point de restauration {} n’est que chez {}. {}",
  "the dump has {} bytes, and the vault has {} of it":
    "la copie de la base a {} octets, et le coffre en a {}",
  "{} is not there: {} is not mounted, or was never filled":
    "{} n’y est pas : {} n’est pas monté, ou n’a jamais été rempli",
  "{} has {} files, and the vault has {} of them": "{} a {} fichiers, et le coffre en a {}",
  "there were {} files and there are {}: no point is taken of that by itself. If it is right: npx commune recovery point {} --service {} --smaller":
    "il y avait {} fichiers et il y en a {} : aucun point n’en est pris de lui-même. Si c’est bien ainsi : npx commune recovery point {} --service {} --smaller",
  "no vault has a repository that a point can begin in. {}":
    "aucun coffre n’a de dépôt où un point puisse commencer. {}",
  "{} at {} is no beginning of a repository of this commune":
    "{} chez {} n’est pas le début d’un dépôt de cette commune",
  "{} at {} and at {} are two repositories: each was begun while the other vault was unavailable":
    "{} chez {} et chez {} sont deux dépôts : chacun a été commencé pendant que l’autre coffre ne répondait pas",
  "no connection within {} s": "pas de connexion en {} s",
  "the vault at {} says nothing now: {}": "le coffre de {} ne dit rien pour l’instant : {}",
  "no vault answers. {}": "aucun coffre ne répond. {}",
  "every vault that answers knows of incarnation {} of this commune, and this one is {}: another site took its place":
    "chaque coffre qui répond connaît l’incarnation {} de cette commune, et celle-ci est la {} : un autre site a pris sa place",

  "its pod was not begun, or was taken away before it had ended":
    "son pod n’a pas démarré, ou a été retiré avant d’avoir fini",

  // programs/restore-point: bringing one back.
  "{} is no file": "{} n’est pas un fichier",
  "{} is another one": "{} n’est pas le même",
  "{} is not in it": "{} n’y est pas",
  "there is no {}": "il n’y a pas {}",
  "it is another point": "c’est un autre point",
  "{} cannot be had. {}": "{} ne peut pas être obtenu. {}",
  "it was taken under another seed": "il a été pris sous une autre graine",
  "it needs keys that are not these any more: {}": "il lui faut des clés qui ne sont plus celles-ci : {}",
  "point {} has no dump of its rows": "le point {} n’a pas de copie de sa base",
  "no vault gives it. {}": "aucun coffre ne le donne. {}",
  "nothing opens the vault at {}": "rien n’ouvre le coffre de {}",
  "{} has {} bytes of {} of part {}": "{} a {} octets sur {} de la partie {}",
  "point {} has no part {} that can be written as a file":
    "le point {} n’a pas de partie {} qui puisse s’écrire en fichier",
  'there is no step "{}"': "il n’y a pas d’étape « {} »",
  "the point has no file {}, and none below it": "le point n’a pas de fichier {}, et aucun en dessous",
  "{} was put back to this point before and has changed since, and what was there before that is kept still. Take that back with --undo, or let go of it for good with --release, then restore again":
    "{} a déjà été remis à ce point et a changé depuis, et ce qu’il y avait avant est encore gardé. Reprenez-le par --undo, ou renoncez-y pour de bon par --release, puis restaurez de nouveau",
  "{} has no room for {} MiB more: declare more storage first":
    "{} n’a pas la place pour {} MiB de plus : déclarez d’abord plus de disque",
  "{} was not brought yet": "{} n’a pas encore été apporté",
  "{} is a link now, and was a folder: nothing was exchanged. Take the link away first":
    "{} est maintenant un lien, et était un dossier : rien n’a été échangé. Retirez d’abord le lien",
  "the point has nothing of {}": "le point n’a rien de {}",
  "{} has {} MiB left, and the point's files take {} MiB beside those that are there: declare more storage first":
    "{} a encore {} MiB, et les fichiers du point prennent {} MiB à côté de ceux qui y sont : déclarez d’abord plus de disque",
  "{}: the point has {} files of {} bytes, and {} of {} came":
    "{} : le point a {} fichiers de {} octets, et il en est venu {} de {}",
  "what was brought to {} is not what the vault has ({}): it was in use before it was taken back, or the service changed it, or whoever broke into that. Nothing was exchanged. --release removes it for good, then restore again. Where this comes back, the service is in other hands: let the commune come back on another cluster":
    "ce qui a été apporté à {} n’est pas ce qu’a le coffre ({}) : c’était en service avant d’être repris, ou le service l’a changé, ou quelqu’un qui y est entré. Rien n’a été échangé. --release le supprime pour de bon, puis restaurez de nouveau. Si cela revient, le service est en d’autres mains : faites revenir la commune sur un autre cluster",
  "the point has the rows of {}, not of {}": "le point a la base de {}, pas celle de {}",
  "it has {} bytes of {}": "il a {} octets sur {}",
  "{}: nobody knows how far {} is, and {} may be all that is left of what was in use. Look there, and remove it by hand":
    "{} : nul ne sait où en est {}, et {} est peut-être tout ce qui reste de ce qui était en service. Regardez-y, et supprimez-le à la main",
  '{} is half-way ("{}"): go on, or back, first':
    "{} est au milieu (« {} ») : continuez d’abord, ou revenez en arrière",
  "this program did not write how far {} is: the service did, or whoever broke into it, or an older version, or the key of its restore points is another one since. Nothing was changed. --release removes that folder with all that is kept in it; then restore again":
    "ce n’est pas ce programme qui a écrit où en est {} : c’est le service, ou quelqu’un qui y est entré, ou une version plus ancienne, ou la clé de ses points de restauration a changé depuis. Rien n’a été changé. --release supprime ce dossier avec tout ce qui y est gardé ; puis restaurez de nouveau",
  '{} is "{}", and cannot become "{}"': "{} est « {} », et ne peut pas devenir « {} »",
  "nothing was brought": "rien n’a été apporté",

  // programs/restore-point/bucket: the objects of a service.
  "sort ended with {}: {}": "sort a fini par {} : {}",
  "the bucket {} keeps no versions: what is written over there is lost, and no point could bring it back. Turn versioning on at its store (PutBucketVersioning), then take a point":
    "l’espace de stockage {} ne garde pas de versions : ce qu’on y remplace est perdu, et aucun point ne pourrait le ramener. Activez-y les versions (PutBucketVersioning), puis prenez un point",
  "the bucket {} keeps no versions now: what a restore writes over or hides there would be lost for good. Nothing was changed. Turn versioning on at its store (PutBucketVersioning), then run the same command again":
    "l’espace de stockage {} ne garde plus de versions : ce qu’une restauration y remplace ou y masque serait perdu pour de bon. Rien n’a été changé. Activez-y les versions (PutBucketVersioning), puis relancez la même commande",
  "nothing opens the bucket with the service's files":
    "rien n’ouvre l’espace de stockage des fichiers du service",
  "{} says no time: its clock is taken to be as the one here":
    "{} ne dit pas l’heure : son horloge est supposée être comme celle d’ici",
  "{}: {} objects, {} bytes, which stay there": "{} : {} objets, {} octets, qui y restent",
  "the list has {} bytes, and the vault has {} of it": "la liste a {} octets, et le coffre en a {}",
  "point {} has no list of objects: it was taken before there was a bucket":
    "le point {} n’a pas de liste d’objets : il a été pris avant l’espace de stockage",
  "point {} is of objects in {}, and they are in {} now":
    "le point {} est d’objets dans {}, et ils sont maintenant dans {}",
  "the vault at {} has no {}": "le coffre de {} n’a pas {}",
  "restore {} has kept no list of before": "la restauration {} n’a pas gardé la liste d’avant",
  "{}: every version that the point lists is there": "{} : chaque version que le point nomme est là",
  "{} objects have no longer the version that is listed, the first of them {}: {} let go of it, by a rule of its lifecycle or because somebody deleted it for good. No vault has objects. This step changed nothing":
    "{} objets n’ont plus la version que le point nomme, le premier est {} : {} ne l’a plus, par une règle de son cycle de vie ou parce que quelqu’un l’a supprimée pour de bon. Aucun coffre n’a d’objets. Cette étape n’a rien changé",
  "{}: if a run was cut while it copied a large object, parts of it stay there and are paid for: {}. Give the keys ListBucketMultipartUploads and AbortMultipartUpload, or remove unfinished uploads at the store":
    "{} : si une étape a été coupée pendant la copie d’un gros objet, des morceaux y restent et se paient : {}. Donnez aux clés ListBucketMultipartUploads et AbortMultipartUpload, ou supprimez dans l’espace de stockage les envois inachevés",
  'the bucket {} removes what was overwritten or deleted after {} days (rule "{}" of its lifecycle), and points are kept for {}: an older one cannot be restored. Let the rule wait for {} days at its store, or lower recovery.keep':
    "l’espace de stockage {} supprime au bout de {} jours ce qui a été remplacé ou effacé (règle « {} » de son cycle de vie), et les points sont gardés {} jours : un plus ancien ne peut pas être restauré. Faites attendre la règle {} jours dans l’espace de stockage, ou réduisez recovery.keep",
  "the bucket {} does not tell for how long it keeps old versions, and points need {} days: {}. To have it watched, give its keys GetLifecycleConfiguration":
    "l’espace de stockage {} ne dit pas combien de temps il garde les anciennes versions, et il faut {} jours aux points : {}. Pour que ce soit surveillé, donnez à ses clés GetLifecycleConfiguration",
  "the point's objects": "les objets du point",
  "the objects of before": "les objets d’avant",
  "{}: {} are in place": "{} : {} sont en place",

  // programs/database-restore: the rows of a moment.
  "the log of shipment {} is not whole up to {}: {}":
    "le journal de l’envoi {} n’est pas complet jusqu’à {} : {}",
  "there was no database {} at {}: nothing of it can come back.":
    "il n’y avait pas de base {} le {} : rien d’elle ne peut revenir.",
  "the server that recovers: {}": "le serveur qui se rétablit : {}",
  "the server stopped at {} of its log, and the shipment reaches {}: the log between them is not what it was":
    "le serveur s’est arrêté à {} de son journal, et l’envoi va jusqu’à {} : le journal entre les deux n’est pas ce qu’il était",
  "the vault at {} can bring {} back to no moment: nothing of its log is there.":
    "le coffre de {} ne peut ramener {} à aucun moment : il n’y a rien de son journal.",
  "the vault at {} cannot bring {} back to {}. It can to: {}. There are copies of: {}.":
    "le coffre de {} ne peut pas ramener {} au {}. Il le peut à : {}. Il y a des copies de : {}.",
  "the restore needs {} MiB beside the data, and the volume has {} MiB left. Nothing was changed. Raise the storage of the database.":
    "la restauration demande {} MiB à côté des données, et le disque a encore {} MiB. Rien n’a été changé. Augmentez le disque de la base.",
  "tar ended with {}": "tar a fini par {}",
  "restic has no output": "restic n’a pas de sortie",
};
