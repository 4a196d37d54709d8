#!/bin/sh
# Installs packages on top of an unpacked base and leaves what changed in <work>/upper.
# Runs inside its own mount and pid namespaces, so that nothing stays mounted or running whatever happens.
# usage: build-layer.sh <base> <work> <lists> <certificates> <before.sh> <after.sh> <package>...
set -eu
base=$1 work=$2 lists=$3 certificates=$4 before=$5 after=$6
shift 6

upper=$work/upper root=$work/root
mkdir -p "$upper" "$work/overlay" "$root" "$lists/partial"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$upper,workdir=$work/overlay" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$lists" "$root/var/lib/apt/lists"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/var/cache/apt"
mkdir -p "$root/var/cache/apt/archives/partial"

# Both are left out of the layer: the resolver is the host's, the certificates may be a company's own.
cat /etc/resolv.conf > "$root/etc/resolv.conf"
if [ -f "$certificates" ]; then cat "$certificates" > "$root/tmp/ca.crt"; fi
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp "$before" "$root/tmp/before.sh"
cp "$after" "$root/tmp/after.sh"

export DEBIAN_FRONTEND=noninteractive LC_ALL=C HOME=/root
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
chroot "$root" sh -eu /tmp/before.sh
chroot "$root" apt-get -q -o Acquire::https::CaInfo=/tmp/ca.crt update
chroot "$root" apt-get -q -y -o Acquire::https::CaInfo=/tmp/ca.crt install --no-install-recommends "$@"
chroot "$root" sh -eu /tmp/after.sh
chroot "$root" dpkg-query --show > "$work/packages.txt"
rm -f "$root/usr/sbin/policy-rc.d"

umount "$root/var/cache/apt" "$root/tmp" "$root/var/lib/apt/lists" "$root/proc"
umount -l "$root/dev"

# A file of the base that is gone becomes an OCI whiteout; the overlay's own markers are not part of a layer.
(cd "$base" && find . -xdev | LC_ALL=C sort) > "$work/before.txt"
(cd "$root" && find . -xdev | LC_ALL=C sort) > "$work/after.txt"
umount "$root"
find "$upper" -type c -delete
LC_ALL=C comm -23 "$work/before.txt" "$work/after.txt" | while read -r gone; do
  folder=$(dirname "$gone")
  if LC_ALL=C grep -qxF -- "$folder" "$work/after.txt"; then
    mkdir -p "$upper/$folder"
    : > "$upper/$folder/.wh.$(basename "$gone")"
  fi
done
