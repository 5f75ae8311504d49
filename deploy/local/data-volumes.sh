#!/bin/bash
# A laptop has no volumes that can be full without its whole disk being full. Each folder below DATA_DIR that grows
# counts as a volume of QUOTA_BYTES; what it takes of that is written where node_exporter finds it.
set -u
shopt -s nullglob
interval=5
file=$TEXTFILES/data-volumes.prom

measure() {
  local folders=("$DATA_DIR"/kafka* "$DATA_DIR"/postgre[s] "$DATA_DIR"/prometheu[s])
  echo '# HELP data_volume_used_bytes Space that a volume takes on disk.'
  echo '# TYPE data_volume_used_bytes gauge'
  for folder in "${folders[@]}"; do
    # A file that goes while du looks at it is no failure.
    echo "data_volume_used_bytes{$(labels "$folder")} $(($(du -sk "$folder" 2> /dev/null | cut -f1) * 1024))"
  done
  echo '# HELP data_volume_quota_bytes Space that a volume may take, by declaration.'
  echo '# TYPE data_volume_quota_bytes gauge'
  for folder in "${folders[@]}"; do
    echo "data_volume_quota_bytes{$(labels "$folder")} $QUOTA_BYTES"
  done
}

# kafka-2 is the volume of another broker of the service kafka.
labels() {
  local volume=${1##*/}
  echo "namespace=\"tocsin\",service=\"${volume%-[0-9]}\",volume=\"$volume\""
}

while :; do
  # Whole or not at all: a scrape may come at any time.
  measure > "$file.new" && mv "$file.new" "$file"
  sleep $interval
done
