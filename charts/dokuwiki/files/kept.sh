for name in conf data/pages data/attic data/media data/media_attic data/meta data/media_meta; do
  [ ! -e $name ] || kept="$kept $name"
done
