
-- Every enterprise of an entry, read from the indexes without their other rows.
CREATE OR REPLACE FUNCTION telecrm.enterprises() RETURNS SETOF text LANGUAGE sql VOLATILE AS $$
    WITH RECURSIVE opened (enterprise) AS (
        SELECT min(entry.enterprise) FROM telecrm.entries AS entry WHERE entry.state < 2
        UNION ALL
        SELECT (SELECT min(entry.enterprise) FROM telecrm.entries AS entry
            WHERE entry.state < 2 AND entry.enterprise > opened.enterprise)
        FROM opened WHERE opened.enterprise IS NOT NULL),
    closed (enterprise) AS (
        SELECT min(entry.enterprise) FROM telecrm.entries AS entry WHERE entry.state >= 2
        UNION ALL
        SELECT (SELECT min(entry.enterprise) FROM telecrm.entries AS entry
            WHERE entry.state >= 2 AND entry.enterprise > closed.enterprise)
        FROM closed WHERE closed.enterprise IS NOT NULL)
    SELECT enterprise FROM opened WHERE enterprise IS NOT NULL
    UNION SELECT enterprise FROM closed WHERE enterprise IS NOT NULL
$$;

-- Removes every entry of a lead, whatever its state, in one enterprise, or in all of them (NULL).
CREATE OR REPLACE FUNCTION telecrm.erase(wanted text, of_enterprise text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    erased bigint;
    affected text[];
BEGIN
    PERFORM telecrm.lock_order(wanted);
    WITH removed AS (
        DELETE FROM telecrm.entries AS entry
        WHERE entry.enterprise IN (
                SELECT of_enterprise WHERE of_enterprise IS NOT NULL
                UNION ALL SELECT telecrm.enterprises() WHERE of_enterprise IS NULL)
            AND entry.order_key = telecrm.order_key(wanted)
            AND (entry.state < 2 OR entry.state >= 2)
            AND telecrm.same_lead(entry.lead_key, wanted)
        RETURNING entry.enterprise)
    SELECT count(*), array_agg(DISTINCT removed.enterprise) INTO erased, affected FROM removed;
    PERFORM telecrm.promote(wanted, emptied.enterprise)
    FROM unnest(affected) AS emptied (enterprise);
    RETURN erased;
END
$$;

-- The erasure of version 1.
CREATE OR REPLACE FUNCTION telecrm.erase(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN telecrm.erase(wanted, NULL);
END
$$;

-- Erases data whose retention is over, of at most some hundred entries. A row stays without its data
-- if it guards an older entry, which can be retried (it has to show that a newer entry was sent), or
-- if an operator has to decide about it. An entry that another transaction changes has its turn later.
CREATE OR REPLACE FUNCTION telecrm.erase_settled(settled_ms bigint, attention_ms bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    erased bigint;
    changed bigint;
    -- A volatile function in a condition hides the indexes.
    moment bigint := telecrm.now_ms();
BEGIN
    -- The bytes of a released entry stay until the entry that replaces it is settled.
    UPDATE telecrm.entries AS entry SET raw = NULL
    WHERE entry.state = 9 AND entry.id IN (
        SELECT released.id FROM telecrm.entries AS released
        WHERE released.raw IS NOT NULL AND released.state = 9 AND NOT EXISTS (
            SELECT 1 FROM telecrm.entries AS new
            WHERE new.id = released.replaced_by AND new.state < 2)
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS erased = ROW_COUNT;
    UPDATE telecrm.entries AS entry
    SET raw = NULL, idempotency_key = NULL, body_digest = NULL
    WHERE entry.state = 10 AND entry.id IN (
        SELECT held.id FROM telecrm.entries AS held
        WHERE held.raw IS NOT NULL AND held.state = 10
            AND held.enqueued_at <= moment - attention_ms LIMIT 500
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS changed = ROW_COUNT;
    erased := erased + changed;
    WITH closed AS (
        -- Each part is a range of an index.
        SELECT entry.*, true AS is_listed FROM telecrm.entries AS entry
        WHERE entry.state >= 2 AND entry.state IN (3, 4, 6, 7)
            AND entry.settled_at <= moment - attention_ms
        UNION ALL
        SELECT entry.*, false FROM telecrm.entries AS entry
        WHERE entry.state >= 2 AND entry.state IN (2, 5, 8, 9)
            AND entry.settled_at <= moment - settled_ms),
    due AS (
        SELECT entry.id, entry.state, entry.settled_at, entry.body, entry.is_listed, EXISTS (
            SELECT 1 FROM telecrm.entries AS older
            WHERE older.enterprise = entry.enterprise AND older.order_key = entry.order_key
                AND telecrm.same_lead(older.lead_key, entry.lead_key) AND older.id < entry.id
                AND older.state >= 2 AND older.body IS NOT NULL) AS guards
        FROM closed AS entry
        WHERE entry.raw IS NULL AND (entry.lead_key <> '' OR entry.source IS NOT NULL)),
    chosen AS (
        SELECT due.* FROM due JOIN telecrm.entries AS entry ON entry.id = due.id
        WHERE due.body IS NOT NULL OR NOT due.guards LIMIT 500
        FOR UPDATE OF entry SKIP LOCKED),
    kept AS (
        UPDATE telecrm.entries AS entry
        SET body = NULL, idempotency_key = NULL, body_digest = NULL,
            lead_key = CASE WHEN chosen.guards THEN entry.lead_key ELSE '' END
        FROM chosen
        -- An operator may have retried the entry since.
        WHERE entry.id = chosen.id AND entry.state = chosen.state
            AND entry.settled_at = chosen.settled_at AND (chosen.guards OR chosen.is_listed)
        RETURNING 1),
    removed AS (
        DELETE FROM telecrm.entries AS entry USING chosen
        WHERE entry.id = chosen.id AND entry.state = chosen.state
            AND entry.settled_at = chosen.settled_at
            AND NOT chosen.guards AND NOT chosen.is_listed
        RETURNING 1)
    SELECT erased + (SELECT count(*) FROM kept) + (SELECT count(*) FROM removed) INTO erased;
    RETURN erased;
END
$$;
