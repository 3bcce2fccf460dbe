-- 0002_generation.sql: which release and which keys are in force, as numbers that grow with every
-- change of them. A node that knows older ones must not write.
CREATE TABLE change_generation (
    id BIGINT NOT NULL PRIMARY KEY,
    release BIGINT NOT NULL,
    keys BIGINT NOT NULL
);
INSERT INTO change_generation (id, release, keys) VALUES (1, 1, 1);
-- postgres:
-- Sent together with what follows it, so that the question costs no round trip.
CREATE FUNCTION change_require(known_release BIGINT, known_keys BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM change_generation
     WHERE (release = known_release OR known_release < 0) AND (keys = known_keys OR known_keys < 0);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'NODE_BEHIND' USING ERRCODE = 'WJ503';
    END IF;
END $$;
-- Each process takes the next node number for its ids.
CREATE SEQUENCE change_node MINVALUE 0 MAXVALUE 1023 CYCLE;
-- end
