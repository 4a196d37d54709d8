/** French of what each command says about itself; the English stands where the command is made. Keys as in examples. */
export const descriptions: Readonly<Record<string, string>> = {
  commune: "Le nuage fédéré d’une métropole, déclaré commune par commune.",
  new: "Faire un dépôt pour les déclarations de communes, avec cet outillage pour seul paquet et des tâches pour une forge : vérification, rapport, écarts. N’écrit que des fichiers ; de ceux qui existent, ne change que package.json.",
  init: "Écrire la première déclaration d’une commune : pose des questions sur un terminal, ou prend tout en options.",
  check:
    "Vérifier les déclarations : lister chaque problème, et chaque règle de policies/ qui n’est pas respectée. Ne lit que des fichiers, ne contacte rien.",
  size: "Dire ce qu’une commune demande à une machine : mémoire, disques, matériel, énergie. Ne lit que des fichiers.",
  pin: "Lire dans son registre l’empreinte de chaque image que des communes font tourner, et l’écrire dans leur versions.lock.yaml avec les versions en service : un outillage plus récent n’en change alors aucune. Ne change rien d’autre.",
  updates:
    "Dire quels logiciels d’une commune ont une version plus récente, un avis de sécurité ou une fin de vie, comment y aller, ce que les gens remarquent, et comment revenir. Ne change rien, sauf avec --write.",
  dns: "Afficher chaque enregistrement DNS d’une commune, comme dans un fichier de zone. Ne lit que des fichiers.",
  site: "Demander à un cluster ce qu’il sait faire pour une commune.",
  "site check":
    "Demander à un cluster ce qu’il sait faire, y essayer deux pods, et afficher les réglages qui lui vont. Se sert de KUBECONFIG s’il est donné, sinon du cluster local. Ce qui a été essayé est retiré ; seul --database écrit un fichier.",
  admission:
    "Afficher ce qu’un cluster doit refuser dans les espaces des communes et de leurs associations, pour : kubectl --context <name> apply -f -. Ne contacte rien.",
  federation: "Dire où en sont les liens d’une commune avec les autres.",
  "federation status":
    "Afficher chaque lien d’une commune. Code de sortie 1 tant qu’un lien que les deux côtés déclarent n’est pas ouvert.",
  publish:
    "Publier une actualité : d’abord sur la page et le fil de la commune, puis, avec l’adresse de la page, au nom de son compte sur son propre Mastodon. Ce qui n’a pas pu partir attend dans stacks/<commune>/news/outbox.json.",
  report:
    "Écrire le rapport de ce qu’une déclaration changerait : qui est concerné, ce qui peut se défaire, quelles données, ce qui s’ouvre, ce qui sort, quels logiciels, ce que cela coûte, quelles règles sont respectées. Ne lit que des fichiers et git ; ne contacte rien, sauf avec --preview.",
  propose: "Signer un rapport comme auteur : d’autres peuvent alors l’approuver. Ne change que le journal.",
  approve:
    "Signer un rapport qu’un autre a proposé, si cette machine trouve par son propre aperçu tout ce qu’il dit. Ne change que le journal.",
  except:
    "Signer les exceptions aux règles de stacks/<commune>/exceptions.yaml que personne n’a signées. Ne change que le journal.",
  apply:
    "Appliquer un changement approuvé : un seul pulumi up, refusé avant tout changement s’il devait faire autre chose, ou si le rapport en dit autre chose que ce que cette machine trouve.",
  undo: "Revenir avant le dernier pulumi up : la déclaration d’alors et, si un point de restauration a été pris avant, la version et les données d’alors. Dit d’abord ce que cela coûte ; ce qu’il y avait est mis de côté.",
  status: "Dire ce qui tourne pour une commune, et si c’est prêt.",
  drift:
    "Écrire le rapport de ce que le cluster d’une commune a d’autre que ce qui a été appliqué : changé ou supprimé à la main. Ne change rien.",
  node: "Dire qu’une machine est éteinte, et annuler cela.",
  "node out-of-service":
    "Marquer un nœud node.kubernetes.io/out-of-service, après la preuve que sa machine est éteinte : Kubernetes n’en a rien entendu depuis 5 minutes, vous tapez son nom, et vous répondez que rien n’y peut écrire. Sur une machine qui tourne encore, deux pods écriraient sur un même disque.",
  "node in-service":
    "Retirer la marque node.kubernetes.io/out-of-service d’un nœud dont la machine est revenue.",
  "verify-log":
    "Vérifier chaque ligne du journal des accords d’une commune, et de celui de ses exercices : signatures, fonctions et ordre. Ne lit que des fichiers, ne contacte rien sauf avec --peers, et n’a besoin d’aucun autre programme.",
  evidence:
    "Écrire ce qu’une commune montre de son nuage : logiciels et leurs sources, SBOM, propriétés CHATONS, réponses pour le label Territoire Numérique Libre, fiche de souveraineté, brouillons du registre des traitements, de l’analyse d’impact et de l’accord de sous-traitance, contrôle de publiccode.yml. Ne lit que des fichiers, ne contacte rien.",
  directory:
    "Écrire l’annuaire public de la métropole (HTML, JSON, GeoJSON) de ce que publient ses communes.",
  vault: "Regarder les coffres où sont les copies d’une commune.",
  "vault status":
    "Demander à chaque coffre s’il est plein, ce qu’il a et ce que son hôte a trouvé. Ne change rien.",
  "vault compare": "Dire ce qui manque à un coffre et qu’un autre a. Ne change rien.",
  "vault copy":
    "Apporter à un coffre ce qu’un autre a : les fichiers tels quels, de ceux que restic ouvre avec les mots de passe de cette commune.",
  "vault rewind":
    "Rendre à un espace de stockage ce qu’il avait avant un moment : la plus ancienne version de chaque objet redevient la dernière, et ce qui est venu ensuite est caché. Aucune version n’est supprimée. Sans --yes, dit seulement ce qui serait fait.",
  recovery:
    "Dire ce qui serait perdu maintenant d’une commune, lister les points de restauration de ses services et en prendre un, et imprimer son jeu de secours.",
  "recovery status":
    "Dire de chaque serveur de base de données ce qui en serait perdu maintenant, de chaque service et de chaque outil d’association son dernier point de restauration, de chaque coffre comment il grossit et quand tout a été relu, et ce qui ne va pas. Finit alors par 1. Ne change rien.",
  "recovery points":
    "Lister les points de restauration dans chaque coffre, et ce qui ne s’accorde pas. Ne change rien.",
  "recovery point":
    "Prendre un point de restauration maintenant, de chaque service et de chaque outil d’association ou de ceux qui sont nommés, et l’attendre.",
  "recovery kit": "Le jeu de secours : la graine de la commune, sur papier.",
  "recovery kit make": "Écrire une feuille pour chaque dépositaire d’une part, à imprimer. Ne change rien.",
  "recovery kit verify":
    "Essayer des feuilles d’un jeu : dit si elles ouvrent les copies de la commune, et ne montre aucune graine.",
  "recovery kit open":
    "Donner la graine d’un jeu à une nouvelle pile de la commune, ailleurs. Ne montre aucune graine.",
  restore:
    "Remettre les fichiers d’un service à un point de restauration, avec sa base si on le demande, ou sa base à n’importe quel moment : apporté à côté de ce qui est là, comparé et compté, puis échangé. Rien n’est écrasé.",
  relocate:
    "Faire renaître une commune sur un autre cluster, de sa déclaration, de sa graine et de ses coffres : chaque service, et chaque outil de ses associations, avec les fichiers et la base de son dernier point de restauration. Le site que l’on quitte ne copie plus vers les coffres. Dit d’abord ce qui manquera.",
  drill:
    "Faire renaître une copie d’une commune de ses coffres, sur un cluster de réserve fermé vers l’extérieur ; comparer et compter ce qui est revenu, mesurer le temps et ce qui aurait été perdu, tout retirer, et signer le résultat dans stacks/<commune>/drills.jsonl. La commune elle-même n’est pas touchée.",
  export:
    "Écrire une commune en manifestes Kubernetes simples, les données d’un point de restauration de chaque service, et une page en français qui dit comment tout revient avec kubectl seul. Le dossier a tout ce qui ouvre quelque chose : personne d’autre ne doit le lire.",
  import:
    "Reprendre une commune exportée : comparer chaque fichier à sa somme, écrire sa déclaration dans stacks/ et faire sa pile, avec ses réglages et sa graine. Rien n’est appliqué, aucun cluster n’est interrogé : dit les deux commandes qui ramènent services et données.",
  tenant: "Les associations que la commune héberge.",
  "tenant list": "Lister les associations qu’une commune héberge. Ne lit que des fichiers.",
  "tenant review":
    "Juger les demandes signées d’associations : à qui elles ressemblent, s’il y a de la place, ce qu’elles prennent. Ne change rien.",
  "tenant approve":
    "Écrire le fichier d’une association dont la demande est acceptée, à côté des autres. Rien d’autre ne change avant d’être appliqué.",
  "tenant refuse":
    "Retenir qu’une demande est refusée, et envoyer la réponse par le pod du formulaire, qui a l’accès au relais. L’affiche, pour l’envoyer à la main si elle n’est pas partie.",
  "tenant invite":
    "Écrire à une personne qui doit administrer une association. Elle accepte par le lien du courriel ; rien ne change avant.",
  "tenant suspend":
    "Écrire dans le fichier d’une association qu’elle est suspendue, et afficher le courriel pour elle : une page le dit à ses adresses, rien d’elle ne tourne, tout ce qu’elle a reste. Rien d’autre ne change avant d’être appliqué. N’envoie rien.",
  "tenant resume":
    "Retirer du fichier d’une association qu’elle est suspendue : elle revient comme elle était. Rien d’autre ne change avant d’être appliqué.",
  "tenant expiry":
    "Afficher les courriels pour les associations dont l’hébergement finit dans 60, 30 ou 7 jours, chacun une fois, et écrire dans les fichiers de celles dont le jour est passé qu’elles sont suspendues. Ne supprime et n’envoie rien.",
  "tenant usage":
    "Dire ce qu’une association prend maintenant de ce que sa formule lui donne : mémoire, processeurs, fichiers, base de données. Un tableau en français que l’on peut lui envoyer. Interroge le cluster et ne change rien.",
  "tenant export":
    "Écrire tout d’une association dans un dossier : fichiers, base et pages en formats simples, une page en français qui dit comment continuer ailleurs, des sommes, et la signature de la commune. Ne change rien. Vaut aussi pour une association suspendue.",
  "tenant verify":
    "Dire si ce qu’une association a emporté est complet et tel que sa commune l’a signé. Ne lit que le dossier, ne contacte rien.",
  "tenant import":
    "Reprendre une association avec l’archive qu’elle a emportée, d’une autre commune ou de celle-ci. La première fois, écrit le fichier de l’association et ses pages, à lire, à enregistrer et à appliquer. La seconde, apporte base et fichiers aux outils alors en service, avec les adresses de cette commune. Ce qui est remplacé est copié avant.",
  "tenant delete":
    "Faire l’étape suivante de l’effacement d’une association, à appliquer avant celle d’après : l’arrêter, renoncer à ses données, retirer son fichier ; puis, quand rien d’elle ne reste dans le cluster, écrire une preuve que la commune signe. Refuse de commencer sans l’archive qu’elle a emportée.",
  "tenant import-manifest":
    "Faire le brouillon d’un chart du manifest.toml d’un paquet YunoHost : licence, mémoire, base, disque, qui peut lire. Ce que le manifeste ne dit pas est marqué TODO. N’exécute rien du paquet et ne contacte rien.",
  "tenant admission":
    "Afficher ce qu’un cluster doit refuser dans les espaces d’associations, pour : kubectl --context <name> apply -f -. Une fois par cluster. Ne contacte rien.",
  package: "Essayer les applications que les associations peuvent demander.",
  "package check":
    "Essayer une application de charts/ sur le cluster local, niveau par niveau, deux fois de suite, et écrire ce qui a été vu dans son level.json. Y fait tourner une commune à elle, et la retire.",
  "package list": "Lister les applications avec le niveau qui compte maintenant. Ne lit que des fichiers.",
  wifi: "Le Wi-Fi public : vérifier, prévoir, simuler.",
  "wifi check": "Vérifier les bornes selon la loi, les zones blanches, les quartiers et entre elles.",
  "wifi plan": "Dire où, dans un quartier, des bornes pourraient être pour que chaque règle soit respectée.",
  "wifi simulate": "Comparer ce qui est déclaré avec ce que ce serait après des changements. Ne change rien.",
  "wifi device": "Afficher la configuration d’une borne : texte UCI et fichiers, comme OpenWrt les a.",
  "wifi prepare":
    "Faire l’archive avec laquelle un appareil est préparé : sa clé, et ce qui vérifie ses configurations.",
  map: "Dessiner la carte des bornes Wi-Fi, des zones blanches et des espaces numériques d’une commune, en un dossier de fichiers.",
  schools: "Ce que partagent les écoles d’une commune.",
  "schools check": "Lister tout ce qui empêche une publication. Ne change rien.",
  "schools publish": "Envoyer au cluster ce qui a changé, puis tout montrer au public d’un coup.",
  "schools back": "Montrer de nouveau la publication précédente. Les trois dernières sont gardées.",
  lessons: "Des leçons pour OpenBoard, à partager.",
  "lessons check":
    "Lister chaque raison pour laquelle une leçon ne peut pas être partagée. Ne lit que des fichiers.",
  "lessons build": "Écrire le catalogue : une page, ses images, et la même chose en JSON.",
  workstation: "Faire le paquet Debian qui fait d’une machine un poste d’une école ou d’un espace.",
  demo: "Faire tourner les nuages de villeurbanne et d’albigny-sur-saone sur cette machine, et les regarder.",
  local: "Un cluster sur cette machine.",
  "local up": "Compiler ce qui manque, démarrer le cluster et attendre que tout soit prêt.",
  "local status": "Dire ce qui tourne, et si c’est prêt.",
  "local env": 'Afficher les variables pour ce terminal : eval "$(npx commune local env)".',
  "local down":
    "Arrêter le cluster. Ses données restent pour le prochain départ ; la machine n’en garde rien d’autre.",
  "local reset": "Arrêter le cluster et supprimer toutes ses données, avec les disques et l’état de Pulumi.",
  "local logs": "Montrer le journal d’un des services du cluster.",
  "local node":
    "Tuer, geler, couper, vider ou remettre en marche un nœud d’un cluster local qui en a plusieurs.",
  "local node kill": "Arrêter d’un coup tout ce qui tourne sur un nœud, comme une coupure de courant.",
  "local node freeze":
    "Suspendre tout ce qui tourne sur un nœud, comme une machine figée : son noyau accepte encore des connexions, et personne n’y répond.",
  "local node partition":
    "Débrancher le réseau d’un nœud : ses pods continuent, mais ni eux ni les autres ne se joignent plus.",
  "local node drain":
    "Fermer un nœud aux nouveaux pods et évincer les siens, comme kubectl drain, pendant cinq minutes au plus.",
  "local node start": "Annuler kill, freeze, partition et drain d’un nœud, et attendre qu’il soit Ready.",
  "local verify":
    "Compiler les programmes du cluster depuis leurs sources et comparer leurs octets avec ceux de la version publiée ; nommer chacun qui diffère. Rien d’autre n’est écrit.",
  image: "Les images que personne ne publie.",
  "image build":
    "Faire, de paquets Debian, les images que personne ne publie, et dire où sont les archives, pour un registre de la commune.",
  docs: "Écrire la documentation en pages qui s’ouvrent dans un navigateur sans serveur, dans .local/docs/. Ne lit que des fichiers.",
  schema:
    "Écrire les schémas JSON de stacks/ pour les éditeurs, les valeurs des charts, et la référence de docs/.",
};
