import type { Generated } from 'kysely';

/** Booleans are 0 / 1, instants epoch milliseconds, dates `YYYY-MM-DD`, JSON text: SQL that SQLite and PostgreSQL share. */
export interface Database {
  region: RegionTable;
  institution: InstitutionTable;
  institution_attribute: InstitutionAttributeTable;
  collector: CollectorTable;
  mqtt_reader: MqttReaderTable;
  mqtt_client: MqttClientTable;
  meter: MeterTable;
  meter_multiplier: MeterMultiplierTable;
  meter_share: MeterShareTable;
  quota: QuotaTable;
  app_user: UserTable;
  session: SessionTable;
  quarantine_message: QuarantineMessageTable;
  quarantine: QuarantineTable;
  quarantine_evicted: QuarantineEvictedTable;
  replay_request: ReplayRequestTable;
  reading_sequence: ReadingSequenceTable;
  alert: AlertTable;
  alert_event: AlertEventTable;
  outbox: OutboxTable;
  usage_change: UsageChangeTable;
  rule_state: RuleStateTable;
  report: ReportTable;
  job_run: JobRunTable;
  audit: AuditTable;
}

/** City → 旗县区 (→ 苏木/镇/街道). */
export interface RegionTable {
  code: string;
  name_zh: string;
  name_en: string;
  kind: string;
  parent_code: string | null;
}

export interface InstitutionTable {
  id: string;
  name: string;
  credit_code: string | null;
  /** agency, school, hospital, library, … : see domain/institution-type.ts */
  type: string;
  region_code: string;
  /** The agency that supervises it; decides scope, roll-up and deadlines. */
  reports_to: string;
  department: string | null;
  liaison: string | null;
  /** Settings of rules that differ from the defaults, JSON (services/rules/settings.ts). */
  rule_settings: string | null;
  created_at: number;
}

/** A dated figure of an institution: areaM2, officeAreaM2, headcount, establishment. */
export interface InstitutionAttributeTable {
  institution_id: string;
  name: string;
  value: number;
  valid_from: string;
  valid_to: string | null;
}

export interface CollectorTable {
  id: string;
  name: string;
  /** SHA-256 of the token, hex: tokens are random, so a fast hash does. */
  token_hash: string;
  created_at: number;
  /** Which gateway takes its messages from an external broker; null: the one that takes the unassigned. */
  gateway: string | null;
  /** The token as Mosquitto's password file wants it; null for a token made before there was one. */
  mosquitto_hash: string | null;
}

/** An MQTT user that reads alerts: of all institutions, or of those in its scope. */
export interface MqttReaderTable {
  id: string;
  name: string;
  token_hash: string;
  institution_id: string | null;
  region_code: string | null;
  created_at: number;
  /** As of a collector. */
  mosquitto_hash: string | null;
}

/** Which MQTT user first used a client id. */
export interface MqttClientTable {
  client_id: string;
  username: string;
  first_seen_at: number;
}

export interface MeterTable {
  id: string;
  collector_id: string;
  name: string;
  medium: string;
  /** What a temperature point measures: room, outdoor, supply, setpoint. */
  measures: string | null;
  /** Kind of the zone it stands in: office, special, … */
  zone_kind: string | null;
  parent_id: string | null;
  address: string | null;
  format: string | null;
  /** The unit of register, modulus and rated maximum, where a message does not say another. */
  register_unit: string;
  register_modulus: number | null;
  /** Register units per hour. */
  rated_maximum: number | null;
  expected_interval_s: number;
  created_at: number;
}

export interface MeterMultiplierTable {
  meter_id: string;
  multiplier: number;
  valid_from: string;
  valid_to: string | null;
}

/** A meter's dated shares over (institution, zone, sub-item); they sum to 1. */
export interface MeterShareTable {
  meter_id: string;
  institution_id: string;
  zone_id: string | null;
  sub_item: string | null;
  share: number;
  valid_from: string;
  valid_to: string | null;
}

export interface QuotaTable {
  institution_id: string;
  medium: string;
  year: number;
  /** Canonical units. */
  annual_limit: number;
  /** JSON array of twelve limits whose sum is the annual one. */
  month_limits: string;
}

export interface UserTable {
  id: string;
  username: string;
  password_hash: string;
  role: string;
  institution_id: string | null;
  region_code: string | null;
  created_at: number;
  failed_logins: Generated<number>;
  locked_until: number | null;
}

export interface SessionTable {
  id_hash: string;
  user_id: string | null;
  data: string;
  expires_at: number;
}

/** The bytes of a message that stands in quarantine, or has items there: once, however many they are. */
export interface QuarantineMessageTable {
  /** Spool position of the message. */
  position: number;
  received_at: number;
  topic: string;
  collector: string | null;
  payload: Uint8Array;
}

export interface QuarantineTable {
  id: Generated<number>;
  position: number;
  /** The item's index within the message's array; -1: the whole message. */
  item_index: number;
  reason: string;
  detail: string;
  /** The meter the item names, registered or not, where it names one. */
  meter: string | null;
}

/** How many messages quarantine has let go, by cause: age, size. */
export interface QuarantineEvictedTable {
  cause: string;
  messages: number;
}

/** Somebody wants messages of quarantine to be tried again; the gateway puts their bytes into its spool anew. */
export interface ReplayRequestTable {
  id: Generated<number>;
  requested_at: number;
  requested_by: string | null;
  /** Which messages, JSON. */
  filter: string;
  /** waiting, running, done, failed */
  state: string;
  /** Messages put into the spool so far. */
  messages: Generated<number>;
  finished_at: number | null;
  error: string | null;
}

/** The time given to a reading that came without one but with a sequence number, so that its redelivery is known. */
export interface ReadingSequenceTable {
  meter_id: string;
  seq: number;
  /** Of the item, so that a counter that began anew is no redelivery. */
  digest: string;
  observed_at: number;
}

export interface AlertTable {
  id: string;
  rule: string;
  article: string;
  institution_id: string;
  subject: string;
  severity: string;
  state: string;
  active_since: number;
  cleared_at: number | null;
  limit_value: number;
  value: number;
  unit: string;
  waste_amount: number;
  waste_unit: string;
  waste_kgce: number;
  /** Who must see it at once: institution, or bureau. */
  addressed_to: string;
  /** JSON: series, limit and the sentence's variables. */
  evidence: string;
  acknowledged_by: string | null;
  acknowledged_at: number | null;
  updated_at: number;
}

export interface AlertEventTable {
  id: Generated<number>;
  alert_id: string;
  at: number;
  kind: string;
  user_id: string | null;
  note: string | null;
}

/** Messages to send, written in the transaction that caused them. */
export interface OutboxTable {
  id: Generated<number>;
  channel: string;
  alert_id: string;
  created_at: number;
  delivered_at: number | null;
  attempts: Generated<number>;
  last_error: string | null;
}

/** Usage or temperatures of an institution that rules have not judged yet: the earliest instant that changed. */
export interface UsageChangeTable {
  institution_id: string;
  from_ms: number;
  /** Counts the notes, so that one made meanwhile is not forgotten with those dealt with. */
  revision: number;
}

/** A rule's state at the start of a month, from which that month can be evaluated again. */
export interface RuleStateTable {
  rule: string;
  subject: string;
  month_start: number;
  state: string;
}

export interface ReportTable {
  year: number;
  /** institution, district, city */
  owner_kind: string;
  owner_id: string;
  kind: string;
  state: string;
  figures: string;
  digest: string;
  made_at: number;
  stale: number;
}

export interface JobRunTable {
  id: Generated<number>;
  job: string;
  /** The occasion it ran for, e.g. a year or a date: one run an occasion. */
  occasion: string;
  started_at: number;
  ended_at: number | null;
  outcome: string | null;
}

export interface AuditTable {
  id: Generated<number>;
  at: number;
  user_id: string | null;
  action: string;
  object: string;
  before: string | null;
  after: string | null;
}
