CREATE SCHEMA IF NOT EXISTS telecrm;

CREATE TABLE telecrm.meta (version bigint NOT NULL);

CREATE TABLE telecrm.entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise text NOT NULL,
    lead_key text NOT NULL,
    body text,
    state smallint NOT NULL DEFAULT 0,
    actions smallint NOT NULL,
    received boolean NOT NULL DEFAULT false,
    attempts bigint NOT NULL DEFAULT 0,
    reason text,
    enqueued_at bigint NOT NULL,
    due_at bigint NOT NULL,
    sent_at bigint,
    settled_at bigint,
    lease_until bigint
);
CREATE INDEX entries_due ON telecrm.entries (due_at, id) WHERE state < 2;
CREATE INDEX entries_open ON telecrm.entries (state, id) WHERE state < 2;
CREATE INDEX entries_open_lead ON telecrm.entries (lead_key, enterprise, id) WHERE state < 2;
CREATE INDEX entries_closed ON telecrm.entries (state, settled_at, id) WHERE state >= 2;
CREATE INDEX entries_closed_lead ON telecrm.entries (lead_key, enterprise, id) WHERE state >= 2;

-- The pace of all machines that use one token (GCRA), in microseconds.
CREATE TABLE telecrm.pace (
    token bigint PRIMARY KEY,
    arrival bigint NOT NULL DEFAULT 0,
    paused_until bigint NOT NULL DEFAULT 0
);

-- Tests move the clock of their connection by `telecrm.clock_offset`, in microseconds.
CREATE FUNCTION telecrm.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
        + coalesce(nullif(current_setting('telecrm.clock_offset', true), ''), '0')::bigint
$$;

CREATE FUNCTION telecrm.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT telecrm.now_us() / 1000
$$;

-- Ids are handed out before commits: without the lock a later update could overtake an earlier one.
CREATE FUNCTION telecrm.enqueue(enterprise text, lead_key text, body text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    stored bigint;
    holds_actions boolean;
    -- PostgreSQL reads no JSON with this escape; here only the number of actions counts.
    readable json := replace($3, '\u0000', '\u0020')::json;
BEGIN
    PERFORM pg_advisory_xact_lock(7430516, hashtext($2));
    holds_actions := coalesce(
        CASE json_typeof(readable -> 'actions')
            WHEN 'array' THEN json_array_length(readable -> 'actions') > 0
        END, false);
    INSERT INTO telecrm.entries (enterprise, lead_key, body, actions, enqueued_at, due_at)
    VALUES (coalesce($1, ''), $2, $3, CASE WHEN holds_actions THEN 1 ELSE 0 END,
        telecrm.now_ms(), telecrm.now_ms())
    RETURNING id INTO stored;
    PERFORM pg_notify('telecrm_outbox', '');
    RETURN stored;
END
$$;

CREATE FUNCTION telecrm.older_open(entry telecrm.entries) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (
        SELECT 1 FROM telecrm.entries AS older
        WHERE older.lead_key = entry.lead_key AND older.enterprise = entry.enterprise
            AND older.state < 2 AND older.id < entry.id)
$$;

-- Marks the head that is due first. An entry whose lease is over was being sent by a process that
-- died or stood still: telecrm may have it.
CREATE FUNCTION telecrm.claim(wanted text, lease_ms bigint) RETURNS SETOF telecrm.entries
LANGUAGE plpgsql AS $$
DECLARE
    candidate telecrm.entries;
    moment bigint := telecrm.now_ms();
    skipped bigint[] := '{}';
BEGIN
    LOOP
        SELECT entry.* INTO candidate FROM telecrm.entries AS entry
        WHERE entry.state < 2 AND entry.enterprise IN ('', wanted) AND entry.due_at <= moment
            AND (entry.state = 0 OR entry.lease_until < moment)
            AND NOT EXISTS (
                SELECT 1 FROM telecrm.entries AS older
                WHERE older.lead_key = entry.lead_key AND older.enterprise = entry.enterprise
                    AND older.state < 2 AND older.id < entry.id)
            AND entry.id <> ALL (skipped)
        ORDER BY entry.due_at, entry.id LIMIT 1
        FOR UPDATE OF entry SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        -- With the lock that a retry takes, and in a snapshot of its own: is it still the head?
        IF pg_try_advisory_xact_lock(7430517, hashtext(candidate.lead_key))
            AND NOT telecrm.older_open(candidate)
        THEN
            RETURN QUERY UPDATE telecrm.entries AS entry
            SET state = 1, attempts = entry.attempts + 1, lease_until = moment + lease_ms,
                received = entry.received OR entry.state = 1,
                actions = CASE WHEN entry.state = 1 AND entry.actions = 1 THEN 2
                    ELSE entry.actions END,
                sent_at = CASE WHEN entry.state = 1 OR entry.actions = 2
                    THEN coalesce(entry.sent_at, moment) ELSE moment END
            WHERE entry.id = candidate.id
            RETURNING entry.*;
            RETURN;
        END IF;
        skipped := skipped || candidate.id;
    END LOOP;
END
$$;

-- A newer entry of the lead that telecrm has, or may have.
CREATE FUNCTION telecrm.newer_sent(entry telecrm.entries) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT max(newer.id) FROM telecrm.entries AS newer
    WHERE newer.lead_key = entry.lead_key AND newer.enterprise = entry.enterprise
        AND newer.id > entry.id AND (newer.state = 1 OR newer.state >= 2 AND newer.received)
$$;

CREATE FUNCTION telecrm.retry(wanted bigint, with_actions boolean)
RETURNS TABLE (outcome text, state smallint, newer bigint) LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
    blocking bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7430517, hashtext(other.lead_key))
    FROM telecrm.entries AS other WHERE other.id = wanted;
    SELECT other.* INTO entry FROM telecrm.entries AS other WHERE other.id = wanted FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'not_found', 0::smallint, 0::bigint;
        RETURN;
    END IF;
    IF entry.state NOT IN (0, 3, 4, 6, 7) THEN
        RETURN QUERY SELECT 'wrong_state', entry.state, 0::bigint;
        RETURN;
    END IF;
    IF entry.body IS NULL THEN
        RETURN QUERY SELECT 'erased', entry.state, 0::bigint;
        RETURN;
    END IF;
    blocking := telecrm.newer_sent(entry);
    IF blocking IS NOT NULL THEN
        RETURN QUERY SELECT 'superseded', entry.state, blocking;
        RETURN;
    END IF;
    UPDATE telecrm.entries AS other
    SET state = 0, due_at = telecrm.now_ms(), settled_at = NULL, reason = NULL,
        actions = CASE
            WHEN other.actions = 0 THEN 0
            WHEN with_actions THEN 1
            WHEN other.state IN (0, 4) THEN other.actions
            ELSE 2 END
    WHERE other.id = wanted;
    PERFORM pg_notify('telecrm_outbox', '');
    RETURN QUERY SELECT 'done', entry.state, 0::bigint;
END
$$;

-- A turn of the token: no wait, or the microseconds until there may be one.
CREATE FUNCTION telecrm.turn(wanted bigint, period bigint, burst bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    moment bigint;
    wait bigint;
BEGIN
    INSERT INTO telecrm.pace (token) VALUES (wanted) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM telecrm.pace AS pace WHERE pace.token = wanted FOR UPDATE;
    -- Behind the lock: who waited for it is no earlier than who had it.
    moment := telecrm.now_us();
    UPDATE telecrm.pace AS pace SET arrival = greatest(pace.arrival, moment) + period
    WHERE pace.token = wanted AND pace.paused_until <= moment
        AND pace.arrival - moment <= period * (burst - 1);
    IF FOUND THEN
        RETURN 0;
    END IF;
    SELECT greatest(pace.arrival - period * (burst - 1), pace.paused_until) - moment INTO wait
    FROM telecrm.pace AS pace WHERE pace.token = wanted;
    RETURN greatest(wait, 1);
END
$$;
