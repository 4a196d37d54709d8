set -euo pipefail
volume=$1 fichiers=$2 octets=$3
cd "__VOLUMES__/$volume"
__OURS__
shopt -s nullglob dotglob
les_notres() { for entree in *; do if du_point "$entree"; then printf '%s\0' "$entree"; fi; done; }
if [ ! -e __ASIDE_FOLDER__/complet ]; then
  mkdir -p __ASIDE_FOLDER__
  les_notres | xargs -0 -r mv -t __ASIDE_FOLDER__ --
  touch __ASIDE_FOLDER__/complet
else
  # Ce qu'une reprise coupée a laissé.
  les_notres | xargs -0 -r rm -r --
fi
tar --extract --file=- --strip-components=__STEPS__ --preserve-permissions --no-same-owner --no-overwrite-dir
venus=$(les_notres | find -files0-from - -type f -printf '%s\n' | awk '{ octets += $1 } END { printf "%d %.0f", NR, octets }')
[ "$venus" = "$fichiers $octets" ] || { echo "$volume : le point a $fichiers fichiers de $octets octets, et il en est venu $venus." >&2; exit 1; }
echo "$volume : $fichiers fichiers, $octets octets"
