-- The truth: what happened to each order, in order. Rows are only ever added.
create table order_events (
  order_id uuid not null,
  version integer not null,
  type text not null,
  data jsonb not null,
  at timestamptz not null,
  primary key (order_id, version)
);

-- For listing only, made from the events; empty it and it can be made again.
-- What order.placed tells is null until that event has come.
create table order_view (
  order_id uuid primary key,
  version integer not null default 0,
  status text not null default 'placed',
  reason text,
  customer_id uuid,
  total_cents bigint,
  currency text,
  placed_at timestamptz
);
create index order_view_of_customer on order_view (customer_id, order_id desc);
