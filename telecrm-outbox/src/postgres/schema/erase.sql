
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

-- Removes every entry of a lead, whatever its state.
CREATE OR REPLACE FUNCTION telecrm.erase(wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    erased bigint;
    affected text[];
BEGIN
    PERFORM telecrm.lock_order(wanted);
    WITH removed AS (
        DELETE FROM telecrm.entries AS entry
        WHERE entry.enterprise IN (SELECT telecrm.enterprises())
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
