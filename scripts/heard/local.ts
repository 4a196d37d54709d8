/** Needs of the cluster of this machine, and its faults: local/, which also runs without commands. */
export const ofLocal: Readonly<Record<string, string>> = {
  // local/cluster
  "openssl printed no key and certificate for {}.": "openssl n’a affiché ni clé ni certificat pour {}.",
  "no control groups at {}: mount them, the kubelet cannot run without.":
    "pas de groupes de contrôle à {} : montez-les, le kubelet ne peut pas tourner sans eux.",
  "cannot pass the {} controller down from {}: run where the root control group holds no processes.":
    "le contrôleur {} ne peut pas être transmis depuis {} : lancez là où le groupe de contrôle racine n’a pas de processus.",
  "control group {} is still in use.": "le groupe de contrôle {} sert encore.",
  "{} of cluster {} has no log yet: {} does not exist.":
    "{} du cluster {} n’a pas encore de journal : {} n’existe pas.",
  "the API server is not ready": "le serveur d’API n’est pas prêt",
  'cluster "{}" was never up: there is no {}. Where another repository started it, run eval "$(npx commune local env)" there, in this shell; otherwise run "npx commune local up".':
    'le cluster « {} » n’a jamais tourné : il n’y a pas {}. Si un autre dépôt l’a démarré, lancez-y, dans ce terminal, eval "$(npx commune local env)" ; sinon lancez « npx commune local up ».',
  "image {} has no name; give at least one reference.":
    "l’image {} n’a pas de nom ; donnez au moins une référence.",
  "containerd does not answer": "containerd ne répond pas",
  '{} is gone: run "commune local down", then "commune local up".':
    "{} a disparu : lancez « commune local down », puis « commune local up ».",
  "control group {} does not freeze.": "le groupe de contrôle {} ne se fige pas.",
  "node {} is not Ready": "le nœud {} n’est pas prêt",
  "the ingress does not answer": "l’entrée ne répond pas",
  "{}/{} is not Ready": "{}/{} n’est pas prêt",
  // local/cluster/faults.ts, nodes.ts and several.ts
  "Nothing was changed.": "Rien n’a été changé.",
  'cluster "{}" has one node, which is all of it: "npx commune local up --cluster trois --nodes 3" makes one with three. {}':
    "le cluster « {} » a un nœud, qui est tout le cluster : « npx commune local up --cluster trois --nodes 3 » en fait un de trois. {}",
  'cluster "{}" has no node "{}": its nodes are {}. {}':
    "le cluster « {} » n’a pas de nœud « {} » : ses nœuds sont {}. {}",
  'cluster "{}" is down: start it with "npx commune local up --cluster {}". {}':
    "le cluster « {} » ne tourne pas : démarrez-le par « npx commune local up --cluster {} ». {}",
  "it cannot be killed": "il ne peut pas être tué",
  "{} still has processes: {}.": "{} a encore des processus : {}.",
  "it cannot be frozen": "il ne peut pas être gelé",
  "{} is frozen already. {}": "{} est déjà gelé. {}",
  "it cannot be cut off": "il ne peut pas être coupé",
  "{} is cut off already. {}": "{} est déjà coupé. {}",
  "{} is not Ready": "{} n’est pas prêt",
  '{} is down, {}: start it with "npx commune local node start {} --cluster {}". {}':
    "{} est arrêté, {} : démarrez-le par « npx commune local node start {} --cluster {} ». {}",
  'cluster "{}" is down.': "le cluster « {} » ne tourne pas.",
  "{} does not start": "{} ne démarre pas",
  "{} has no processes: its machine is down.": "{} n’a pas de processus : sa machine est arrêtée.",
  "the control plane's containerd does not start": "le containerd du plan de contrôle ne démarre pas",
  "one node has the whole machine: a limit is for each of several, such as --nodes 3.":
    "un seul nœud a toute la machine : une limite est pour chacun de plusieurs, comme --nodes 3.",
  "{} nodes of {} GiB do not fit: this machine has {} GiB of memory, its control plane needs one of them and each node one at least. Ask for fewer nodes, or for less with --node-memory.":
    "{} nœuds de {} GiB ne tiennent pas : cette machine a {} GiB de mémoire, son plan de contrôle en prend un et chaque nœud un au moins. Demandez moins de nœuds, ou moins par --node-memory.",
  "this machine has {} processors, and each node was to have {}: ask for less with --node-processors.":
    "cette machine a {} processeurs, et chaque nœud devait en avoir {} : demandez moins par --node-processors.",
  'cluster "{}" has {}, not {}: choose another name with --cluster, or "commune local reset" it, which deletes its data.':
    "le cluster « {} » a {}, pas {} : choisissez un autre nom par --cluster, ou « commune local reset », qui supprime ses données.",
  'cluster name "{}" is not allowed: write 2 to 20 lower-case letters, digits and "-", beginning with a letter.':
    "le nom de cluster « {} » n’est pas permis : écrivez de 2 à 20 minuscules, chiffres et « - », une lettre d’abord.",
  'cluster "{}" has addresses of {}, not {}: choose another name with --cluster, or "commune local reset" it, which deletes its data.':
    "le cluster « {} » a des adresses de {}, pas de {} : choisissez un autre nom par --cluster, ou « commune local reset », qui supprime ses données.",
  '{}: "{}" is not a port; write a number from 1 to 65535.':
    "{} : « {} » n’est pas un port ; écrivez un nombre de 1 à 65535.",
  "port {} is given twice; api, https and http need different ports.":
    "le port {} est donné deux fois ; api, https et http ont besoin de ports différents.",
  "port {} ({}) on 127.0.0.1 is used by another program: stop it, or choose another port with --{}-port or {}.":
    "le port {} ({}) sur 127.0.0.1 est pris par un autre programme : arrêtez-le, ou choisissez un autre port par --{}-port ou {}.",
  "no free port from {} to {} on 127.0.0.1; name one yourself.":
    "aucun port libre de {} à {} sur 127.0.0.1 ; nommez-en un.",
  "this machine cannot run the cluster yet, for {} reasons:\n{}":
    "cette machine ne peut pas encore faire tourner le cluster, pour {} raisons :\n{}",
  "the local cluster needs Linux; this machine runs {}.":
    "le cluster local a besoin de Linux ; cette machine tourne avec {}.",
  "the local cluster's images are made for amd64, and this machine is {}: use another machine, or a cluster that exists (npm run demo -- --context <name>).":
    "les images du cluster local sont faites pour amd64, et cette machine est {} : prenez une autre machine, ou un cluster qui existe (npm run demo -- --context <nom>).",
  "no control groups are mounted at /sys/fs/cgroup, which the kubelet cannot run without.":
    "aucun groupe de contrôle n’est monté à /sys/fs/cgroup, et le kubelet ne peut pas tourner sans eux.",
  "this machine has {} GiB of memory, and the cluster with one commune needs 4.":
    "cette machine a {} GiB de mémoire, et il en faut 4 au cluster avec une commune.",
  "the local cluster needs root, to create namespaces and control groups: run this command with sudo.":
    "le cluster local a besoin de root, pour créer des espaces de noms et des groupes de contrôle : lancez cette commande avec sudo.",
  "root may not create namespaces here (CAP_SYS_ADMIN is missing), as in most containers: use a virtual machine, or a container with --privileged.":
    "root ne peut pas créer d’espaces de noms ici (CAP_SYS_ADMIN manque), comme dans la plupart des conteneurs : prenez une machine virtuelle, ou un conteneur avec --privileged.",
  "{} GiB are free for {}, and that takes {}: free some, or set COMMUNE_CACHE, GOCACHE, GOMODCACHE or COMMUNE_STATE to a folder on a larger disk.":
    "{} GiB sont libres pour {}, et il en faut {} : libérez-en, ou donnez à COMMUNE_CACHE, GOCACHE, GOMODCACHE ou COMMUNE_STATE un dossier sur un plus grand disque.",
  "the state folder's path is too long ({}): set COMMUNE_STATE to a folder of at most {} characters.":
    "le chemin du dossier d’état est trop long ({}) : donnez à COMMUNE_STATE un dossier de {} caractères au plus.",
  "the kernel has no IPv6, which this cluster's addresses are of: boot without ipv6.disable=1.":
    "le noyau n’a pas IPv6, dont sont les adresses de ce cluster : démarrez sans ipv6.disable=1.",
  "the kernel has no br_netfilter, which network policies need: load or build that module.":
    "le noyau n’a pas br_netfilter, dont les règles de réseau ont besoin : chargez ou compilez ce module.",
  "the cluster's namespaces did not start: {}": "les espaces de noms du cluster n’ont pas démarré : {}",
  "{} after {} s{}: look at {}. Its last log lines:\n{}":
    "{} après {} s{} : regardez {}. Les dernières lignes de son journal :\n{}",
  "({} has not logged anything)": "({} n’a rien écrit dans son journal)",

  // local/images and local/packages.ts
  "bundling {} of a local image failed: {}": "l’assemblage de {} pour une image locale a échoué : {}",
  "{} {} is not the module that local/images expects ({}): nothing was taken from it.":
    "{} {} n’est pas le module qu’attend local/images ({}) : rien n’en a été pris.",
  "Building images needs root on Linux (it mounts file systems): run the same command with sudo.":
    "Faire des images demande root sous Linux (des systèmes de fichiers sont montés) : lancez la même commande avec sudo.",
  'Building images needs the program {}: run "apt-get install {}".':
    "Faire des images demande le programme {} : lancez « apt-get install {} ».",
  "No Debian mirror in {}: set COMMUNE_DEBIAN_MIRROR to the address of one.":
    "Aucun miroir Debian dans {} : donnez à COMMUNE_DEBIAN_MIRROR l’adresse d’un miroir.",
  "{}: Debian has no package {}; correct local/images/images.ts.":
    "{} : Debian n’a pas de paquet {} ; corrigez local/images/images.ts.",
  "{}: the disk is full; free some space and run the same command again, finished layers are kept.":
    "{} : le disque est plein ; libérez de la place et relancez la même commande, les couches finies sont gardées.",
  "{}: the Debian mirror does not answer; check the network or set COMMUNE_DEBIAN_MIRROR.":
    "{} : le miroir Debian ne répond pas ; vérifiez le réseau ou donnez COMMUNE_DEBIAN_MIRROR.",
  "fetching {} from the npm registry failed: {}": "{} n’a pas pu être pris du registre npm : {}",
  "{} is not the archive that local/images expects (sha512-{}): nothing was taken from it.":
    "{} n’est pas l’archive qu’attend local/images (sha512-{}) : rien n’en a été pris.",
  "{}: no registry gave {}, and there is no recipe here. Take out of the declarations what asks for it, or name a version that docs/local-images.md lists, or a registry with --mirror.":
    "{} : aucun registre n’a donné {}, et il n’y a pas de recette ici. Retirez des déclarations ce qui le demande, ou nommez une version que liste docs/local-images.md, ou un registre par --mirror.",
  "a piece of {} came with the digest {}, and should have {}: it was thrown away. Run the same command again, or ask who keeps that registry.":
    "un morceau de {} est venu avec l’empreinte {}, et devrait avoir {} : il a été jeté. Relancez la même commande, ou demandez à qui tient ce registre.",
  "a registry sent more than the {} bytes of {}.": "un registre a envoyé plus que les {} octets de {}.",
  "the connection ended after {} of {} bytes.": "la connexion s’est arrêtée après {} octets sur {}.",
  "{} is not in the cache, and its registry does not answer. To run {} as it is made here, on data of its own: npx commune local reset, then --images local.":
    "{} n’est pas dans le cache, et son registre ne répond pas. Pour faire tourner {} tel qu’il est fait ici, sur des données à lui : npx commune local reset, puis --images local.",
  "{} has no build of it for {}, only for {}.": "{} n’en a pas de version pour {}, seulement pour {}.",
  "this machine has no dpkg: the local cloud needs Debian, or these programs by hand: {}.":
    "cette machine n’a pas dpkg : le nuage local a besoin de Debian, ou de ces programmes installés à la main : {}.",
  "these packages are missing, and installing them needs root: apt-get install {}":
    "ces paquets manquent, et les installer demande root : apt-get install {}",
  'apt-get could not install {}: run "apt-get update && apt-get install {}" to see why.':
    "apt-get n’a pas pu installer {} : lancez « apt-get update && apt-get install {} » pour voir pourquoi.",

  // local/plugins, local/tasks.ts and local/toolchain
  'the official plugins {} are not installed and cannot be had from {} ({}): install them with "pulumi plugin install resource <name> <version>", or leave out --plugins official.':
    "les greffons officiels {} ne sont pas installés et ne peuvent pas être pris de {} ({}) : installez-les par « pulumi plugin install resource <nom> <version> », ou laissez de côté --plugins official.",
  "no answer within 3 seconds": "pas de réponse en 3 secondes",
  "the toolchain was not built.": "les programmes n’ont pas été compilés.",
  "the toolchain and the images were not built.": "les programmes et les images n’ont pas été faits.",
  "Go is not installed, or not on PATH: install Go {} or newer (https://go.dev/doc/install), then run this again.":
    "Go n’est pas installé, ou pas dans le PATH : installez Go {} ou plus récent (https://go.dev/doc/install), puis relancez.",
  "Go {} is too old: install Go {} or newer (https://go.dev/doc/install), then run this again.":
    "Go {} est trop ancien : installez Go {} ou plus récent (https://go.dev/doc/install), puis relancez.",
  "{} does not say which Go it needs.": "{} ne dit pas de quel Go il a besoin.",
  "sources of Go modules cannot be fetched (go env GOPROXY)":
    "les sources de modules Go ne peuvent pas être prises (go env GOPROXY)",
  "building programs of {} failed": "la compilation de programmes de {} a échoué",
  'the disk is full: the programs cannot be built. Free some gigabytes in {} and in Go\'s caches ("go env GOCACHE GOMODCACHE"), then run this again; what is built stays.':
    "le disque est plein : les programmes ne peuvent pas être compilés. Libérez quelques gigaoctets dans {} et dans les caches de Go (« go env GOCACHE GOMODCACHE »), puis relancez ; ce qui est compilé reste.",
  "{} is no program of the toolchain; add it to local/toolchain/programs.ts.":
    "{} n’est pas un programme de l’outillage ; ajoutez-le à local/toolchain/programs.ts.",
};
