
-- Enterprises that workers have a client for. A worker reports its enterprises once a minute; one that
-- it does not report any more is missing three minutes after the last report of any worker.
CREATE OR REPLACE FUNCTION telecrm.client_enterprises() RETURNS SETOF text
LANGUAGE sql VOLATILE AS $$
    SELECT client.enterprise FROM telecrm.clients AS client
    WHERE client.reported_at > least(telecrm.now_ms(), (
        SELECT max(last.reported_at) FROM telecrm.clients AS last)) - 180000
$$;

-- Enterprises whose entries are those of a client: its own, and entries without enterprise if no
-- worker has the client of another one, and no entry of another one is open.
CREATE OR REPLACE FUNCTION telecrm.own_enterprises(wanted text) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM telecrm.client_enterprises() AS other (enterprise)
                WHERE other.enterprise <> wanted)
            THEN ARRAY[wanted]
        -- Ordered like the index, so that one row of it is read.
        WHEN (SELECT id FROM telecrm.entries WHERE state < 2 AND enterprise > wanted
                ORDER BY enterprise, order_key, id LIMIT 1) IS NOT NULL
            OR (SELECT id FROM telecrm.entries
                WHERE state < 2 AND enterprise > '' AND enterprise < wanted
                ORDER BY enterprise, order_key, id LIMIT 1) IS NOT NULL
            THEN ARRAY[wanted]
        ELSE ARRAY['', wanted] END
$$;

-- Enterprises whose entries a worker may claim: none while an operator pauses delivery.
CREATE OR REPLACE FUNCTION telecrm.claimable(wanted text) RETURNS text[]
LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN EXISTS (SELECT 1 FROM telecrm.meta WHERE paused)
            OR EXISTS (SELECT 1 FROM telecrm.pauses AS pause WHERE pause.enterprise = wanted)
            THEN '{}'::text[]
        ELSE telecrm.own_enterprises(wanted) END
$$;

-- Closes an entry whose lease ended during a request that contains only actions: telecrm has the
-- fields already, and sending them again could overwrite a later edit.
CREATE OR REPLACE FUNCTION telecrm.close_unconfirmed(late bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    entry telecrm.entries;
BEGIN
    PERFORM telecrm.lock_order(other.lead_key)
    FROM telecrm.entries AS other WHERE other.id = late;
    UPDATE telecrm.entries AS other
    SET state = 3, received = true, head = false, lease_until = NULL, read_count = 0,
        settled_at = telecrm.now_ms(),
        reason = 'the process ended during the request; its outcome is unknown'
    WHERE other.id = late AND other.state = 1 AND other.lease_until < telecrm.now_ms()
        AND other.actions_only_attempt = other.attempts
    RETURNING other.* INTO entry;
    IF FOUND THEN
        PERFORM telecrm.promote(entry.lead_key, entry.enterprise);
    END IF;
END
$$;

-- Candidate of a claim: first an entry whose lease is over, then the head that is due first in the first
-- lane that has one. A probe prefers heads whose next request has no actions, and avoids the entries
-- of the last probes; if `newest`, it prefers the newest head that was never sent, among the newest 100.
CREATE OR REPLACE FUNCTION telecrm.candidate(
    enterprises text[], moment bigint, skipped bigint[], is_probe boolean, avoided bigint[],
    lanes smallint[], newest boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found_id bigint;
    lane smallint;
BEGIN
    SELECT leased.id INTO found_id
    FROM unnest(enterprises) AS taken (enterprise) CROSS JOIN LATERAL (
        SELECT entry.id FROM telecrm.entries AS entry
        WHERE entry.state = 1 AND entry.enterprise = taken.enterprise
            AND entry.lease_until < moment AND entry.id <> ALL (skipped)
        ORDER BY entry.lease_until, entry.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS leased
    LIMIT 1;
    IF FOUND THEN
        RETURN found_id;
    END IF;
    IF is_probe AND newest THEN
        FOREACH lane IN ARRAY lanes LOOP
            SELECT head.id INTO found_id
            FROM unnest(enterprises) AS taken (enterprise) CROSS JOIN LATERAL (
                SELECT entry.id, entry.due_at, entry.attempts FROM telecrm.entries AS entry
                WHERE entry.state = 0 AND entry.head AND entry.enterprise = taken.enterprise
                    AND entry.priority = lane AND entry.due_at <= moment
                    AND entry.id <> ALL (skipped)
                ORDER BY entry.due_at DESC, entry.id DESC LIMIT 100
                FOR UPDATE SKIP LOCKED) AS head
            WHERE head.attempts = 0
            ORDER BY head.due_at DESC, head.id DESC LIMIT 1;
            IF FOUND THEN
                RETURN found_id;
            END IF;
        END LOOP;
    END IF;
    IF is_probe THEN
        SELECT head.id INTO found_id
        FROM unnest(enterprises) AS taken (enterprise)
        CROSS JOIN unnest(lanes) AS of_lane (number) CROSS JOIN LATERAL (
            SELECT entry.id, entry.due_at, entry.actions FROM telecrm.entries AS entry
            WHERE entry.state = 0 AND entry.head AND entry.enterprise = taken.enterprise
                AND entry.priority = of_lane.number AND entry.due_at <= moment
                AND entry.id <> ALL (skipped)
            ORDER BY entry.due_at, entry.id LIMIT 100 + cardinality(avoided)
            FOR UPDATE SKIP LOCKED) AS head
        ORDER BY head.id = ANY (avoided), of_lane.number,
            -- If all were probed, the one that was probed first is next.
            CASE WHEN head.id = ANY (avoided) THEN 0 WHEN head.actions = 1 THEN 1
                WHEN head.actions = 3 THEN 2 ELSE 0 END,
            head.due_at, head.id
        LIMIT 1;
        RETURN found_id;
    END IF;
    FOREACH lane IN ARRAY lanes LOOP
        SELECT head.id INTO found_id
        FROM unnest(enterprises) AS taken (enterprise) CROSS JOIN LATERAL (
            SELECT entry.id, entry.due_at FROM telecrm.entries AS entry
            WHERE entry.state = 0 AND entry.head AND entry.enterprise = taken.enterprise
                AND entry.priority = lane AND entry.due_at <= moment
                AND entry.id <> ALL (skipped)
            ORDER BY entry.due_at, entry.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS head
        ORDER BY head.due_at, head.id LIMIT 1;
        IF FOUND THEN
            RETURN found_id;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Marks an entry. telecrm may have an entry whose lease is over: its process died or stood still.
CREATE OR REPLACE FUNCTION telecrm.claim(
    wanted text, lease_ms bigint, is_probe boolean, avoided bigint[], lanes smallint[],
    newest boolean)
RETURNS SETOF telecrm.entries LANGUAGE plpgsql AS $$
DECLARE
    found_id bigint;
    entry telecrm.entries;
    oldest bigint;
    enterprises text[] := telecrm.claimable(wanted);
    moment bigint := telecrm.now_ms();
    skipped bigint[] := '{}';
BEGIN
    LOOP
        found_id := telecrm.candidate(
            enterprises, moment, skipped, is_probe, avoided, lanes, newest);
        IF found_id IS NULL THEN
            RETURN;
        END IF;
        skipped := skipped || found_id;
        SELECT other.* INTO entry FROM telecrm.entries AS other WHERE other.id = found_id;
        IF NOT telecrm.try_lock_order(entry.lead_key) THEN
            CONTINUE;
        END IF;
        IF entry.state = 1 AND entry.actions_only_attempt = entry.attempts THEN
            PERFORM telecrm.close_unconfirmed(entry.id);
            CONTINUE;
        END IF;
        -- With the lock, and in a snapshot of its own: is it still the oldest?
        oldest := telecrm.oldest_open(entry.lead_key, entry.enterprise);
        IF oldest = entry.id THEN
            RETURN QUERY UPDATE telecrm.entries AS other
            SET state = 1, attempts = other.attempts + 1, lease_until = moment + lease_ms,
                received = other.received OR other.state = 1,
                actions = next.actions,
                fields_only_attempt = CASE WHEN is_probe AND next.actions IN (1, 3)
                    THEN other.attempts + 1 ELSE other.fields_only_attempt END,
                -- Doubtful before the request leaves: nothing can send these actions twice.
                actions_only_attempt = CASE WHEN next.only_actions
                    THEN other.attempts + 1 ELSE other.actions_only_attempt END,
                sent_at = CASE WHEN other.state = 1 OR next.actions IN (2, 3)
                    THEN coalesce(other.sent_at, moment) ELSE moment END
            FROM (SELECT pending.actions = 3 AND NOT is_probe AS only_actions,
                    CASE WHEN pending.actions = 3 AND NOT is_probe THEN 2
                        ELSE pending.actions END::smallint AS actions
                FROM (SELECT CASE WHEN entry.state = 1 AND entry.actions <> 0
                    AND entry.fields_only_attempt <> entry.attempts THEN 2
                    ELSE entry.actions END AS actions) AS pending) AS next
            WHERE other.id = entry.id
            RETURNING other.*;
            RETURN;
        END IF;
        UPDATE telecrm.entries AS other SET head = false
        WHERE other.state = 0 AND other.head AND other.order_key = entry.order_key
            AND other.enterprise = entry.enterprise AND other.id > oldest;
    END LOOP;
END
$$;

-- The claim of version 1, which does not count turns. In its language: a call that starts during the upgrade runs the new text in
-- the old language.
CREATE OR REPLACE FUNCTION telecrm.claim(wanted text, lease_ms bigint)
RETURNS SETOF telecrm.entries LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT * FROM telecrm.claim(
        wanted, lease_ms, false, '{}', '{0, 1, 2}', false);
END
$$;

-- Milliseconds until a head or a lease is due; NULL if nothing waits.
CREATE OR REPLACE FUNCTION telecrm.next_due(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    due bigint;
BEGIN
    PERFORM telecrm.promote_late();
    SELECT min(found.at) INTO due
    FROM unnest(telecrm.claimable(wanted)) AS taken (enterprise) CROSS JOIN LATERAL (
        (SELECT head.due_at AS at FROM unnest('{0, 1, 2}'::smallint[]) AS lane (number)
         CROSS JOIN LATERAL (
             SELECT entry.due_at FROM telecrm.entries AS entry
             WHERE entry.state = 0 AND entry.head AND entry.enterprise = taken.enterprise
                 AND entry.priority = lane.number
             ORDER BY entry.due_at, entry.id LIMIT 1) AS head)
        UNION ALL
        (SELECT entry.lease_until + 1 FROM telecrm.entries AS entry
         WHERE entry.state = 1 AND entry.enterprise = taken.enterprise
         ORDER BY entry.lease_until, entry.id LIMIT 1)) AS found;
    RETURN CASE WHEN due IS NOT NULL THEN greatest(0, due - telecrm.now_ms()) END;
END
$$;

-- No wait is longer than an hour, and no lease much longer: a later time was written by a clock that
-- was wrong. A lease keeps the longest time, so that no request in flight is repeated.
CREATE OR REPLACE FUNCTION telecrm.repair_times(wanted text, longest_ms bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    moment bigint := telecrm.now_ms();
BEGIN
    UPDATE telecrm.entries AS entry SET due_at = moment
    WHERE entry.state = 0 AND entry.head AND entry.enterprise IN (wanted, '')
        AND entry.priority IN (0, 1, 2) AND entry.due_at > moment + longest_ms;
    UPDATE telecrm.entries AS entry SET lease_until = moment + longest_ms
    WHERE entry.state = 1 AND entry.enterprise IN (wanted, '')
        AND entry.lease_until > moment + longest_ms;
END
$$;
