create table customers (
  customer_id uuid primary key,
  version integer not null,
  name text not null,
  email text not null,
  address jsonb not null,
  registered_at timestamptz not null default now()
);
