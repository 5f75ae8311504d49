create table stock (
  sku text primary key,
  available bigint not null check (available >= 0),
  reserved bigint not null default 0 check (reserved >= 0)
);

create table reservations (
  order_id uuid primary key,
  status text not null check (status in ('reserved', 'rejected', 'released')),
  lines jsonb not null,
  changed_at timestamptz not null default now()
);

-- Ample, and none at all of one, so that a rejection can be seen.
insert into stock (sku, available) values ('mug', 1000000), ('lamp', 1000000), ('desk', 1000000), ('unicorn', 0);
