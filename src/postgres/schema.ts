import { statusLogHeader } from "../hospitals/status/status-log";

/** The channel on which a new entry is told. */
export const CHANNEL = "ambulance_diversion_status";

/** SQLSTATE of what the table's own triggers refuse. */
export const REFUSED = { clockAhead: "AD001", unsound: "AD002" } as const;

/** How far a moment of receipt may be ahead of the database's clock. */
const CLOCK_TOLERANCE_SECONDS = 2;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * What makes an empty database a store of the status; run again it changes nothing. A row is a line of the status log, so
 * that `SELECT line FROM status_log ORDER BY v` is one.
 *
 * One entry follows on another by version and seal: no gap, no fork, no line on another history. Nothing is ever changed
 * or removed, whoever asks for it.
 *
 * @param role who may read and add, beside the owner. Default: nobody.
 */
export function setupSql(role?: string): string {
  const { text, checksum } = statusLogHeader();
  return `CREATE TABLE IF NOT EXISTS status_log (
  v bigint PRIMARY KEY CHECK (v >= 0),
  seal text NOT NULL CHECK (seal ~ '^sha256:[0-9a-f]{64}$'),
  before_v bigint GENERATED ALWAYS AS (NULLIF(v - 1, -1)) STORED,
  before text,
  line text NOT NULL,
  id text NOT NULL UNIQUE,
  origin text NOT NULL,
  UNIQUE (v, seal),
  UNIQUE (before),
  FOREIGN KEY (before_v, before) REFERENCES status_log (v, seal),
  CHECK ((v = 0) = (before IS NULL))
);

CREATE OR REPLACE FUNCTION status_log_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The status log is append-only: % is refused.', TG_OP USING ERRCODE = ${literal(REFUSED.unsound)};
END $$;

CREATE OR REPLACE FUNCTION status_log_add() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry json := NEW.line::json;
  ahead double precision;
BEGIN
  IF (entry->>'v')::bigint <> NEW.v OR entry->>'checksum' <> NEW.seal THEN
    RAISE EXCEPTION 'The line is not that of version % with this seal.', NEW.v USING ERRCODE = ${literal(REFUSED.unsound)};
  END IF;
  ahead := extract(epoch FROM (entry->>'receivedAt')::timestamptz - clock_timestamp());
  IF ahead > ${CLOCK_TOLERANCE_SECONDS} THEN
    RAISE EXCEPTION 'The clock of % is % s ahead of that of the database.', NEW.origin, round(ahead::numeric, 1)
      USING ERRCODE = ${literal(REFUSED.clockAhead)};
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER status_log_keep_rows BEFORE UPDATE OR DELETE ON status_log
  FOR EACH STATEMENT EXECUTE FUNCTION status_log_keep();
CREATE OR REPLACE TRIGGER status_log_keep_all BEFORE TRUNCATE ON status_log
  FOR EACH STATEMENT EXECUTE FUNCTION status_log_keep();
CREATE OR REPLACE TRIGGER status_log_add_row BEFORE INSERT ON status_log
  FOR EACH ROW EXECUTE FUNCTION status_log_add();
ALTER TABLE status_log ENABLE ALWAYS TRIGGER status_log_keep_rows;
ALTER TABLE status_log ENABLE ALWAYS TRIGGER status_log_keep_all;

INSERT INTO status_log (v, seal, line, id, origin)
  VALUES (0, ${literal(checksum)}, ${literal(text.trimEnd())}, 'header', 'setup')
  ON CONFLICT DO NOTHING;
${role === undefined ? "" : `\nGRANT SELECT, INSERT ON status_log TO ${identifier(role)};\n`}`;
}

/** Names of the triggers without which the table is not what it should be. */
export const TRIGGERS = ["status_log_add_row", "status_log_keep_all", "status_log_keep_rows"] as const;
