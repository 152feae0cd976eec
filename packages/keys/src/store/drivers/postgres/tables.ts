/**
 * The first version of the schema. The only truth of a key is `body`, kept as the very text: what is
 * searched for is generated from it by the database, and cannot be edited apart. Text is compared by
 * bytes, whatever the database's own order is.
 */
export const firstTables: string = String.raw`
do $$
begin
  -- Not "if not exists", which asks for the right to create schemas also where there is one.
  if to_regnamespace('scopeward') is null then
    create schema scopeward;
  end if;
end $$;

create table scopeward.meta (
  singleton boolean primary key default true check (singleton),
  store_id text not null,
  schema_version integer not null
);
insert into scopeward.meta (store_id, schema_version) values (gen_random_uuid()::text, 1);

-- A member of a body, null where there is none. Bodies are attacker-controlled, so it never fails.
create function scopeward.member(body text, name text) returns text
language plpgsql immutable parallel safe as $$
begin
  return body::json ->> name;
exception when others then
  begin
    -- PostgreSQL's text has neither NUL nor half a surrogate pair, which a body may have escaped
    -- in some other member: such a key must not be missed by who looks for its owner.
    return regexp_replace(
      body, '(?<!\\)((?:\\\\)*)\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\1\\ufffd', 'g'
    )::json ->> name;
  exception when others then
    return null;
  end;
end $$;

create table scopeward.keys (
  id text collate "C" primary key,
  version bigint not null,
  body text not null,
  seal_pepper text not null,
  seal text not null,
  last_used_at text check (last_used_at is null or isfinite(last_used_at::timestamptz)),
  tenant text collate "C" generated always as (scopeward.member(body, 'tenant')) stored,
  owner text collate "C" generated always as (scopeward.member(body, 'owner')) stored,
  status text collate "C" generated always as (scopeward.member(body, 'status')) stored,
  parent text collate "C" generated always as (scopeward.member(body, 'parent')) stored
) with (fillfactor = 80);
create index on scopeward.keys (tenant, id);
create index on scopeward.keys (tenant, owner, id);
create index on scopeward.keys (tenant, parent, id) where parent is not null;

create table scopeward.counter (
  singleton boolean primary key default true check (singleton),
  head bigint not null
);
insert into scopeward.counter (head) values (0);

create table scopeward.changes (
  sequence bigint primary key,
  key_id text collate "C" not null,
  entry text not null,
  at timestamptz not null default clock_timestamp(),
  settled boolean not null default false
);
create index on scopeward.changes (sequence) where not settled;

create table scopeward.idempotency (
  tenant text collate "C" not null,
  digest text collate "C" not null,
  request text not null,
  key_id text not null,
  primary key (tenant, digest)
);

-- The keys above one, at most 7, nearest first, as JSON. Strict: for a key without a parent it is
-- not called and costs nothing, where a recursive query would cost 20 us.
create function scopeward.ancestors(parent text) returns text
language plpgsql stable strict as $$
begin
  return (
    with recursive above as (
      select 1 as depth, k.* from scopeward.keys k where k.id = ancestors.parent
      union all
      select a.depth + 1, k.* from above a join scopeward.keys k on k.id = a.parent where a.depth < 7
    )
    select json_agg(
      json_build_array(a.id, a.version::text, a.body, a.seal_pepper, a.seal, a.last_used_at)
      order by a.depth
    ) from above a
  );
end $$;

-- A whole commit in one call: its locks never wait for a client that is slow, stopped or gone.
create function scopeward.commit_keys(
  ids text[], expected bigint[], versions bigint[], bodies text[], peppers text[], seals text[],
  entries text[], required_ids text[], required_versions bigint[],
  by_tenant text, by_digest text, by_request text, by_key text,
  out outcome text, out key_id text, out request text, out head bigint
)
language plpgsql as $$
begin
  -- Held until the commit is durable: commits follow one another, so they are serialisable, and
  -- sequence numbers become visible in rising order.
  select c.head into strict commit_keys.head from scopeward.counter c where c.singleton for update;

  select 'replayed', i.key_id, i.request
    into commit_keys.outcome, commit_keys.key_id, commit_keys.request
    from scopeward.idempotency i where i.tenant = by_tenant and i.digest = by_digest;
  if found then return; end if;

  -- In the order in which "touch" locks them too.
  perform from scopeward.keys k where k.id = any (ids || required_ids) order by k.id for update;
  select 'conflict', e.id into commit_keys.outcome, commit_keys.key_id
    from unnest(ids || required_ids, expected || required_versions)
      with ordinality as e (id, version, place)
    left join scopeward.keys k on k.id = e.id
    where coalesce(k.version, 0) <> e.version
    order by e.place limit 1;
  if found then return; end if;

  insert into scopeward.keys as k (id, version, body, seal_pepper, seal)
    select * from unnest(ids, versions, bodies, peppers, seals)
    on conflict (id) do update set version = excluded.version, body = excluded.body,
      seal_pepper = excluded.seal_pepper, seal = excluded.seal;
  insert into scopeward.changes (sequence, key_id, entry)
    select commit_keys.head + w.place, w.id, w.entry
    from unnest(ids, entries) with ordinality as w (id, entry, place);
  commit_keys.head := commit_keys.head + cardinality(ids);
  update scopeward.counter c set head = commit_keys.head where c.singleton;
  if by_digest is not null then
    insert into scopeward.idempotency values (by_tenant, by_digest, by_request, by_key);
  end if;

  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  perform pg_notify('scopeward', '');
  commit_keys.outcome := 'committed';
end $$;
`;
