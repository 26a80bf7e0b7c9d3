
-- A commit without a wait for the disk could lose a lead after `enqueue` returned, or the mark of a
-- request. Stronger values stay. It lasts until the end of the transaction, whoever began that.
CREATE OR REPLACE FUNCTION telecrm.wait_for_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER wait_for_disk BEFORE INSERT OR UPDATE OR DELETE ON telecrm.entries
FOR EACH STATEMENT EXECUTE FUNCTION telecrm.wait_for_disk();
