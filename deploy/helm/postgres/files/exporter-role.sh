# Run once, on an empty volume: a role that may read statistics and nothing else.
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set password="$EXPORTER_PASSWORD" <<'SQL'
create role exporter login password :'password' in role pg_monitor connection limit 5;
SQL
