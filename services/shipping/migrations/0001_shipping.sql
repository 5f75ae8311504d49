-- What we know of customers: a copy of customers.state. Version 0 knows nothing: such a row is there to be locked,
-- for a shipment that waits and the address that it waits for must not miss each other.
create table recipients (
  customer_id uuid primary key,
  version integer not null default 0,
  address jsonb,
  erased boolean not null default false
);

create table shipments (
  order_id uuid primary key,
  customer_id uuid not null,
  shipment_id uuid not null,
  status text not null check (status in ('waiting', 'dispatched', 'failed')),
  lines jsonb not null,
  address jsonb,
  tracking_number text,
  reason text,
  requested_at timestamptz not null default now()
);
create index shipments_of_customer on shipments (customer_id, status);
create index shipments_waiting on shipments (requested_at) where status = 'waiting';
