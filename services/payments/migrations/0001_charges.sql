create table charges (
  order_id uuid primary key,
  status text not null default 'waiting' check (
    status in ('waiting', 'pending', 'authorized', 'declined', 'voiding', 'voided', 'refunding', 'refunded')
  ),
  -- The two halves of a charge, in the order in which they come: stock.reserved, and order.placed.
  reserved boolean not null default false,
  customer_id uuid,
  lines jsonb,
  amount_cents bigint,
  currency text,
  token text,
  charge_id text,
  reason text check (reason in ('payment_declined', 'party_unavailable')),
  -- Of the event that made the charge what it is, for the calls that follow.
  traceparent text,
  -- When the bank is to be asked, null while there is nothing to ask; pushed on by whoever is asking just now.
  next_attempt_at timestamptz,
  attempts integer not null default 0,
  failing_since timestamptz
);
create index charges_due on charges (next_attempt_at) where next_attempt_at is not null;
