-- Every customer that was heard of; what is told about one is decided under the lock of its row.
create table recipients (
  customer_id uuid primary key,
  -- Kept for ever, so that an event that comes late sends nothing.
  erased_at timestamptz
);

-- One row for each event that asks for a message. Contents and recipient are known once it is sent.
create table messages (
  message_id text primary key,
  customer_id uuid not null references recipients,
  kind text not null,
  order_id uuid,
  traceparent text,
  status text not null check (status in ('pending', 'sent', 'dropped', 'failed')),
  at timestamptz not null default now(),
  recipient text,
  subject text,
  body text,
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  -- A worker that takes the message moves this on: should it die, another takes over then.
  next_attempt_at timestamptz not null default now()
);
create index messages_of_customer on messages (customer_id, at desc);
create index messages_due on messages (next_attempt_at) where status = 'pending';
