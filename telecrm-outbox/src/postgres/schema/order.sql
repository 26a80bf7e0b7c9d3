
CREATE OR REPLACE FUNCTION telecrm.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
$$;

CREATE OR REPLACE FUNCTION telecrm.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT telecrm.now_us() / 1000
$$;

-- The last eight digits of a phone; any other identifier as it is. As the column `order_key`.
CREATE OR REPLACE FUNCTION telecrm.order_key(lead_key text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN lead_key ~ '[^0-9]' THEN lead_key ELSE right(lead_key, 8) END
$$;

-- Whether two identifiers with one order key are equal, or one of two phones has a country code and
-- the other has none.
CREATE OR REPLACE FUNCTION telecrm.same_lead(key text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT key = other OR abs(length(key) - length(other)) <= 3
        AND (right(key, length(other)) = other OR right(other, length(key)) = key)
$$;

-- Lock of an order key until the end of the transaction. There are two: the lock of `enqueue`
-- (7430516), held by any transaction of an application, and the lock of everything else (7430517),
-- never held for long. So delivery only tries the first.
CREATE OR REPLACE FUNCTION telecrm.lock_order(lead_key text) RETURNS void
LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(7430517, hashtext(telecrm.order_key(lead_key)))
$$;

CREATE OR REPLACE FUNCTION telecrm.try_lock_order(lead_key text) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
    SELECT pg_try_advisory_xact_lock(7430517, hashtext(telecrm.order_key(lead_key)))
$$;

CREATE OR REPLACE FUNCTION telecrm.oldest_open(
    wanted text, of_enterprise text, behind bigint DEFAULT 0)
RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT id FROM telecrm.entries
    WHERE state < 2 AND order_key = telecrm.order_key(wanted) AND enterprise = of_enterprise
        AND id > behind
    ORDER BY enterprise, order_key, id LIMIT 1
$$;

-- The entries before an urgent one of their lead are as urgent as it is. The numbers are those of
-- `Lane`: 0 is urgent, 1 is bulk.
CREATE OR REPLACE FUNCTION telecrm.raise(wanted text, of_enterprise text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM telecrm.entries AS bulk
        WHERE bulk.state = 0 AND bulk.priority = 1 AND bulk.enterprise = of_enterprise
            AND bulk.order_key = telecrm.order_key(wanted))
    THEN
        UPDATE telecrm.entries AS bulk SET priority = 0
        WHERE bulk.state = 0 AND bulk.priority = 1 AND bulk.enterprise = of_enterprise
            AND bulk.order_key = telecrm.order_key(wanted)
            AND bulk.id < (
                SELECT max(urgent.id) FROM telecrm.entries AS urgent
                WHERE urgent.state < 2 AND urgent.priority = 0
                    AND urgent.enterprise = of_enterprise
                    AND urgent.order_key = telecrm.order_key(wanted));
    END IF;
END
$$;

-- Marks the oldest open entry of an order key as its head. The caller holds the second lock.
CREATE OR REPLACE FUNCTION telecrm.promote(wanted text, of_enterprise text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    -- Before the search: an entry that is enqueued later sees that the one before it is closed.
    nobody_enqueues boolean :=
        pg_try_advisory_xact_lock(7430516, hashtext(telecrm.order_key(wanted)));
    oldest bigint := telecrm.oldest_open(wanted, of_enterprise);
BEGIN
    PERFORM telecrm.raise(wanted, of_enterprise);
    IF oldest IS NOT NULL THEN
        UPDATE telecrm.entries SET head = true WHERE id = oldest AND NOT head;
    ELSIF NOT nobody_enqueues THEN
        INSERT INTO telecrm.promotions VALUES (telecrm.order_key(wanted), of_enterprise)
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;

-- Promotes in the order keys in which nobody enqueues any more, and raises in those in which an urgent
-- entry was enqueued.
CREATE OR REPLACE FUNCTION telecrm.promote_late() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    late telecrm.promotions;
    raised telecrm.raises;
BEGIN
    FOR raised IN SELECT * FROM telecrm.raises LIMIT 100 LOOP
        IF telecrm.try_lock_order(raised.lead_key) THEN
            PERFORM telecrm.raise(raised.lead_key, raised.enterprise);
            DELETE FROM telecrm.raises AS done
            WHERE done.lead_key = raised.lead_key AND done.enterprise = raised.enterprise;
        END IF;
    END LOOP;
    -- In no order: a transaction that holds more leads than these must not hold back the others.
    FOR late IN SELECT * FROM telecrm.promotions ORDER BY random() LIMIT 100 LOOP
        IF telecrm.try_lock_order(late.lead_key)
            AND pg_try_advisory_xact_lock(7430516, hashtext(telecrm.order_key(late.lead_key)))
        THEN
            PERFORM telecrm.promote(late.lead_key, late.enterprise);
            DELETE FROM telecrm.promotions AS done
            WHERE done.lead_key = late.lead_key AND done.enterprise = late.enterprise;
        END IF;
    END LOOP;
END
$$;

-- A newer entry of the lead that telecrm has, or may have, and that is not sent again after this one.
CREATE OR REPLACE FUNCTION telecrm.newer_sent(entry telecrm.entries) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
    -- Each part is read from an index of its own.
    SELECT greatest(
        (SELECT max(newer.id) FROM telecrm.entries AS newer
         WHERE newer.enterprise = entry.enterprise AND newer.order_key = entry.order_key
             AND telecrm.same_lead(newer.lead_key, entry.lead_key) AND newer.id > entry.id
             AND newer.state < 2 AND newer.state = 1),
        (SELECT max(newer.id) FROM telecrm.entries AS newer
         WHERE newer.enterprise = entry.enterprise AND newer.order_key = entry.order_key
             AND telecrm.same_lead(newer.lead_key, entry.lead_key) AND newer.id > entry.id
             AND newer.state = 0 AND newer.actions = 3),
        (SELECT max(newer.id) FROM telecrm.entries AS newer
         WHERE newer.enterprise = entry.enterprise AND newer.order_key = entry.order_key
             AND telecrm.same_lead(newer.lead_key, entry.lead_key) AND newer.id > entry.id
             AND newer.state >= 2 AND newer.received))
$$;
