# Whether this broker is ready: it listens, and since its pod began its replicas have caught up once. From then on it
# stays ready as long as it listens: a neighbour that dies takes nobody out. A partition without a leader has nobody to
# catch up with, and counts for nothing. Ran by the kubelet; KAFKA_BIN and PORT are for tests.
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-9092}" || exit 1
exec 3>&-
caught_up=${TMPDIR:-/tmp}/caught-up
[ -e "$caught_up" ] && exit 0

# A small program, for it runs in the memory of the broker.
export KAFKA_HEAP_OPTS=-Xmx32m KAFKA_OPTS= LOG_DIR=/tmp
export KAFKA_JVM_PERFORMANCE_OPTS='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss256k -XX:ReservedCodeCacheSize=16m'
export KAFKA_LOG4J_OPTS=-Dlog4j2.configurationFile=/etc/kafka/docker/tools-log4j2.yaml
partitions=$("${KAFKA_BIN:-/opt/kafka/bin}/kafka-topics.sh" --bootstrap-server "127.0.0.1:${PORT:-9092}" \
  --describe --under-replicated-partitions) || exit 1

pattern='Topic: ([^[:space:]]+).*Leader: ([0-9]+)[[:space:]]+Replicas: ([0-9,]+)[[:space:]]+Isr: ([0-9,]*)'
while read -r line; do
  [[ $line =~ $pattern ]] || continue
  if [[ ,${BASH_REMATCH[3]}, == *,$KAFKA_NODE_ID,* && ,${BASH_REMATCH[4]}, != *,$KAFKA_NODE_ID,* ]]; then
    echo "behind in ${BASH_REMATCH[1]}"
    exit 1
  fi
done <<<"$partitions"
touch "$caught_up"
