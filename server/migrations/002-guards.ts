/**
 * Guards: what no code path, not even raw SQL, may do. A refusal has SQLSTATE `AN001` and a stable code as its message.
 * Same table of transitions as `contracts/wire/queue.ts`.
 */
const refuse = (code: string): string => `raise exception using errcode = 'AN001', message = '${code}'`

const trigger = (name: string, when: string, table: string, forEach = 'row'): string =>
  `create trigger ${name} ${when} on ${table} for each ${forEach} execute function ${name}()`

const noDeletion = (table: string): string[] => [
  `create function ${table}_keep() returns trigger language plpgsql as $$ begin ${refuse(`${table}-append-only`)}; end $$`,
  trigger(`${table}_keep`, 'before delete or truncate', table, 'statement'),
]

export const guards: readonly string[] = [
  // The ledger: one entry after the other, never changed.
  `create function ledger_append() returns trigger language plpgsql as $$
  begin
    update clinics set head_seq = new.seq, head_hash = new.hash
      where clinic_id = new.clinic_id and head_seq = new.seq - 1 and head_hash = new.prev;
    if not found then ${refuse('ledger-out-of-order')}; end if;
    return new;
  end $$`,
  trigger('ledger_append', 'before insert', 'ledger'),
  `create function ledger_keep() returns trigger language plpgsql as $$ begin ${refuse('ledger-append-only')}; end $$`,
  trigger('ledger_keep', 'before update or delete or truncate', 'ledger', 'statement'),

  // Packets begin pending, from a device that is active.
  `create function packets_insert() returns trigger language plpgsql as $$
  begin
    if new.state <> 'pending' then ${refuse('illegal-transition')}; end if;
    perform 1 from devices where clinic_id = new.clinic_id and device_id = new.device_id and revoked_at is null;
    if not found then ${refuse('device-revoked')}; end if;
    return new;
  end $$`,
  trigger('packets_insert', 'before insert', 'packets'),

  // Packets move only along the table of states; leaving a claim for good needs the holder's stored, attested review.
  `create function packets_move() returns trigger language plpgsql as $$
  declare
    actor_role text;
    wanted text[];
  begin
    if (new.clinic_id, new.packet_id, new.device_id, new.epoch, new.sequence, new.sequence_gap, new.sealed_hash, new.body,
        new.receipt, new.ledger_seq, new.received_at)
      is distinct from
       (old.clinic_id, old.packet_id, old.device_id, old.epoch, old.sequence, old.sequence_gap, old.sealed_hash, old.body,
        old.receipt, old.ledger_seq, old.received_at)
    then ${refuse('packet-immutable')}; end if;

    if (old.state, new.state) in (('pending', 'claimed'), ('escalated', 'doctor-claimed')) then
      select role into actor_role from staff
        where clinic_id = new.clinic_id and staff_id = new.claimed_by and active;
      if actor_role is null or actor_role not in ('nurse', 'doctor') then ${refuse('role')}; end if;
      if new.state = 'doctor-claimed' and actor_role <> 'doctor' then ${refuse('role')}; end if;
      return new;
    end if;

    if (old.state, new.state) in (('claimed', 'pending'), ('doctor-claimed', 'escalated')) then
      perform 1 from reviews
        where clinic_id = old.clinic_id and packet_id = old.packet_id
          and reviewer_id = old.claimed_by and claimed_at = old.claimed_at;
      if found then ${refuse('illegal-transition')}; end if;
      return new;
    end if;

    wanted := case
      when old.state in ('claimed', 'doctor-claimed') and new.state = 'attested' then array['accept', 'change-level']
      when old.state in ('claimed', 'doctor-claimed') and new.state = 'returned' then array['return']
      when old.state = 'claimed' and new.state = 'escalated' then array['escalate']
    end;
    if wanted is null then ${refuse('illegal-transition')}; end if;
    perform 1 from reviews r join staff s on s.clinic_id = r.clinic_id and s.staff_id = r.reviewer_id
      where r.clinic_id = old.clinic_id and r.packet_id = old.packet_id and r.claimed_at = old.claimed_at
        and r.reviewer_id = old.claimed_by and r.decision = any (wanted)
        and s.active and (s.role = 'doctor' or (s.role = 'nurse' and old.state = 'claimed'));
    if not found then ${refuse('review-missing')}; end if;
    if new.state <> 'escalated' and (new.claimed_by, new.claimed_at) is distinct from (old.claimed_by, old.claimed_at)
    then ${refuse('not-claim-holder')}; end if;
    return new;
  end $$`,
  trigger('packets_move', 'before update', 'packets'),
  ...noDeletion('packets'),

  // A review is written by the active nurse or doctor who holds the claim, and never changed.
  `create function reviews_insert() returns trigger language plpgsql as $$
  declare
    held record;
    actor_role text;
  begin
    select state, claimed_by, claimed_at into held from packets
      where clinic_id = new.clinic_id and packet_id = new.packet_id;
    if not found or held.state not in ('claimed', 'doctor-claimed') then ${refuse('illegal-transition')}; end if;
    if (held.claimed_by, held.claimed_at) is distinct from (new.reviewer_id, new.claimed_at)
    then ${refuse('not-claim-holder')}; end if;
    select role into actor_role from staff
      where clinic_id = new.clinic_id and staff_id = new.reviewer_id and active;
    if actor_role is null or actor_role not in ('nurse', 'doctor') then ${refuse('role')}; end if;
    if held.state = 'doctor-claimed' and (actor_role <> 'doctor' or new.decision = 'escalate')
    then ${refuse('illegal-transition')}; end if;
    return new;
  end $$`,
  trigger('reviews_insert', 'before insert', 'reviews'),
  `create function reviews_keep() returns trigger language plpgsql as $$ begin ${refuse('reviews-append-only')}; end $$`,
  trigger('reviews_keep', 'before update or delete or truncate', 'reviews', 'statement'),

  // Devices are revoked once and stay so; their key never changes.
  `create function devices_change() returns trigger language plpgsql as $$
  begin
    if old.revoked_at is not null or new.revoked_at is null
      or (new.clinic_id, new.device_id, new.name, new.device_key, new.enrolled_at)
        is distinct from (old.clinic_id, old.device_id, old.name, old.device_key, old.enrolled_at)
    then ${refuse('device-immutable')}; end if;
    return new;
  end $$`,
  trigger('devices_change', 'before update', 'devices'),
  ...noDeletion('devices'),

  // A code is used once; a call is answered once.
  `create function enrol_codes_use() returns trigger language plpgsql as $$
  begin
    if old.used_at is not null or new.used_at is null or new.expires_at <> old.expires_at or new.used_at > old.expires_at
    then ${refuse('enrol-code-used')}; end if;
    return new;
  end $$`,
  trigger('enrol_codes_use', 'before update', 'enrol_codes'),
  `create function calls_answer() returns trigger language plpgsql as $$
  begin
    if old.answered_by is not null or new.answered_by is null then ${refuse('already-answered')}; end if;
    return new;
  end $$`,
  trigger('calls_answer', 'before update', 'calls'),
  ...noDeletion('calls'),
]
