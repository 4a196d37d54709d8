#!/bin/sh
# Remet les données de l'export dans des services qui viennent d'être posés, sur le cluster du contexte que l'on nomme :
# sh __RETURN_FILE__ --context <nom>. Peut être relancé quand il a été coupé.
set -eu
if [ "$#" -ne 2 ] || [ "$1" != --context ] || [ -z "$2" ]; then
  echo "Dites sur quel cluster : sh __RETURN_FILE__ --context <nom> (les noms : kubectl config get-contexts). Rien n'a été changé." >&2
  exit 2
fi
contexte=$2
cd "$(dirname "$0")"

etape() { printf '\n%s\n' "$1"; }
horloge() { # espace, CronJob, suspendu
  if kubectl --context "$contexte" -n "$1" get cronjob "$2" > /dev/null 2>&1; then
    kubectl --context "$contexte" -n "$1" patch cronjob "$2" --type=merge --patch "{\"spec\":{\"suspend\":$3}}"
  fi
}
arreter() { # espace, Deployment, ses pods
  kubectl --context "$contexte" -n "$1" scale deployment "$2" --replicas=0
  kubectl --context "$contexte" -n "$1" wait --for=delete pod --selector="$3" --timeout=10m
}
travail() { # espace, Job, fichier
  kubectl --context "$contexte" delete --filename "$3" --ignore-not-found > /dev/null
  kubectl --context "$contexte" create --filename "$3"
  while :; do
    fini=$(kubectl --context "$contexte" -n "$1" get job "$2" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}')
    case "$fini" in
      *Complete*) return 0 ;;
      *Failed*) kubectl --context "$contexte" -n "$1" logs "job/$2" --all-containers --tail=20 >&2; exit 1 ;;
    esac
    sleep 2
  done
}
pod() { # espace, fichier
  kubectl --context "$contexte" apply --server-side --force-conflicts --filename "$2"
  kubectl --context "$contexte" -n "$1" wait --for=condition=Ready pod/reprise --timeout=15m
}
dans() { espace=$1; shift; kubectl --context "$contexte" -n "$espace" exec -i reprise -- bash "$@"; }
motdepasse=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
preparer() { # espace, Job, fichier, Secret
  kubectl --context "$contexte" -n "$1" delete secret "$4" --ignore-not-found > /dev/null
  printf %s "$motdepasse" | kubectl --context "$contexte" -n "$1" create secret generic "$4" --from-file=password=/dev/stdin > /dev/null
  travail "$1" "$2" "$3"
  kubectl --context "$contexte" -n "$1" delete secret "$4" > /dev/null
}
lignes() { # espace, fichier
  if [ "$(dans "$1" __SCRIPTS_FOLDER__/lignes.sh etat < /dev/null)" = absent ]; then
    echo "Les lignes du point sont déjà en place."
    return 0
  fi
  # La table des matières est au début.
  head -c 67108864 "$2" | dans "$1" __SCRIPTS_FOLDER__/lignes.sh liste
  { echo "$motdepasse"; cat "$2"; } | dans "$1" __SCRIPTS_FOLDER__/lignes.sh charger
}
fichiers() { # espace, volume, fichiers, octets, archive
  dans "$1" __SCRIPTS_FOLDER__/fichiers.sh "$2" "$3" "$4" < "$5"
}
fin() { kubectl --context "$contexte" delete --filename "$2"; }

etape 'Vérification des fichiers'
sha256sum --check --quiet SHA256SUMS

__SERVICES__

etape 'Les données sont en place.'
