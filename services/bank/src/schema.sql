-- One decision for each idempotency key, for ever: a second request with the key finds it.
create table if not exists decisions (
  key text primary key,
  decision text not null check (decision in ('authorized', 'declined', 'void')),
  at text not null
) strict;

-- Money that moved: one charge and one refund for each key at most.
create table if not exists ledger (
  entry integer primary key autoincrement,
  charge_id text not null,
  key text not null references decisions (key),
  amount_cents integer not null,
  currency text not null,
  kind text not null check (kind in ('charge', 'refund')),
  at text not null,
  unique (key, kind),
  unique (charge_id, kind)
) strict;
create index if not exists ledger_at on ledger (at);

-- What is written stays written, whoever opens the file.
create trigger if not exists decisions_are_not_changed before update on decisions
begin select raise(abort, 'decisions are append-only'); end;
create trigger if not exists decisions_are_not_deleted before delete on decisions
begin select raise(abort, 'decisions are append-only'); end;
create trigger if not exists ledger_is_not_changed before update on ledger
begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists ledger_is_not_deleted before delete on ledger
begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists ledger_has_authorized_keys_only before insert on ledger
when (select decision from decisions where key = new.key) is not 'authorized'
begin select raise(abort, 'the key is not authorized'); end;
