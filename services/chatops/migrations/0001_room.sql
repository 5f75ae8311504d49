-- One row for each incident, edited as it changes. The columns beside the document are those that are searched.
create table incidents (
  id text primary key,
  namespace text not null,
  service text not null,
  alert text not null,
  status text not null check (status in ('firing', 'resolved')),
  received_at text not null,
  document text not null
) strict;
create index incidents_by_group on incidents (namespace, service, alert, received_at);
create index incidents_by_time on incidents (received_at);
create index incidents_open on incidents (status) where status = 'firing';

-- What has been delivered lately for which group, so that a retry is known for one.
create table deliveries (
  key text primary key,
  namespace text not null,
  service text not null,
  alert text not null,
  received_at text not null
) strict;

-- The last heartbeat.
create table watchdog (
  id integer primary key check (id = 1),
  last_heard_at text not null
) strict;

-- Messages for other chats, in order, until they are delivered or given up.
create table outgoing_messages (
  id integer primary key autoincrement,
  body text not null,
  happened_at text not null,
  queued_at text not null,
  attempts integer not null default 0,
  next_attempt_at text not null,
  last_error text
) strict;
