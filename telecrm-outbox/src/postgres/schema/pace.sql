
-- A turn of the token: no wait, or the microseconds until there may be one.
CREATE OR REPLACE FUNCTION telecrm.turn(wanted bigint, period bigint, burst bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    moment bigint;
    wait bigint;
BEGIN
    INSERT INTO telecrm.pace (token) VALUES (wanted) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM telecrm.pace AS pace WHERE pace.token = wanted FOR UPDATE;
    -- Behind the lock: who waited for it is no earlier than who had it.
    moment := telecrm.now_us();
    -- Later times were written by a clock that was wrong.
    UPDATE telecrm.pace AS pace
    SET arrival = least(pace.arrival, moment + period * burst),
        paused_until = least(pace.paused_until, moment + 3600000000)
    WHERE pace.token = wanted AND (pace.arrival > moment + period * burst
        OR pace.paused_until > moment + 3600000000);
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

-- telecrm answered 429: nobody sends for as long as it says, an hour at most. Where it does not say,
-- for a second, doubled up to 64 seconds while the 429s go on.
CREATE OR REPLACE FUNCTION telecrm.pause(wanted bigint, asked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    second CONSTANT bigint := 1000000;
    pace telecrm.pace;
    moment bigint;
    pause bigint;
BEGIN
    INSERT INTO telecrm.pace (token) VALUES (wanted) ON CONFLICT DO NOTHING;
    SELECT other.* INTO pace FROM telecrm.pace AS other WHERE other.token = wanted FOR UPDATE;
    moment := telecrm.now_us();
    IF asked IS NOT NULL THEN
        pause := least(asked, 3600 * second);
    ELSIF pace.paused_until > moment THEN
        -- Requests that were under way together are refused together: one step, not one each.
        RETURN;
    ELSIF moment - pace.paused_until <= greatest(pace.last_pause, second) THEN
        pause := least(greatest(2 * pace.last_pause, second), 64 * second);
    ELSE
        pause := second;
    END IF;
    UPDATE telecrm.pace AS other
    SET paused_until = greatest(other.paused_until, moment + pause), last_pause = pause
    WHERE other.token = wanted;
END
$$;
