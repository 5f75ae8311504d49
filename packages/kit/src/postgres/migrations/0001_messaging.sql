-- Events that a transaction caused, until Kafka has acknowledged them.
create table outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  key bytea,
  value bytea,
  headers jsonb not null,
  created_at timestamptz not null default now()
);

-- Rows that Kafka refuses for good, kept for people.
create table outbox_set_aside (
  id bigint primary key,
  topic text not null,
  key bytea,
  value bytea,
  headers jsonb not null,
  created_at timestamptz not null,
  error text not null,
  set_aside_at timestamptz not null default now()
);

-- Exists while a relay may have a send under way; a successor that finds it waits before its own first send.
create table outbox_leader (
  only_row boolean primary key default true check (only_row),
  renewed_at timestamptz not null default now()
);

-- What was handled, by whom: a second delivery finds its row and changes nothing.
create table inbox (
  consumer_group text not null,
  message_id text not null,
  status text not null check (status in ('handled', 'dead_lettered')),
  at timestamptz not null default now(),
  primary key (consumer_group, message_id)
);
create index inbox_at on inbox (at);

-- Answers to requests that carried an Idempotency-Key.
create table idempotency_keys (
  key text primary key,
  fingerprint text not null,
  status integer not null,
  body jsonb,
  at timestamptz not null default now()
);
create index idempotency_keys_at on idempotency_keys (at);

-- How far the partitions of a compacted topic were read into a replica.
create table replica_offsets (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
