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
  registry_state: RegistryStateTable;
  building: BuildingTable;
  zone: ZoneTable;
  meter_event: MeterEventTable;
  binding: BindingTable;
  calendar: CalendarTable;
  calendar_day: CalendarDayTable;
  heard_meter: HeardMeterTable;
  heard_collector: HeardCollectorTable;
  sparkplug_birth: SparkplugBirthTable;
  sparkplug_node: SparkplugNodeTable;
  decision: DecisionTable;
  manual_reading: ManualReadingTable;
  usage_finding: UsageFindingTable;
  virtual_meter: VirtualMeterTable;
  virtual_meter_term: VirtualMeterTermTable;
  tariff: TariffTable;
  tariff_version: TariffVersionTable;
  institution_tariff: InstitutionTariffTable;
  coefficient_set: CoefficientSetTable;
  outdoor_temperature: OutdoorTemperatureTable;
}

/** What a person decided of a meter's readings, or proposes to; registers in register units of the meter. */
export interface DecisionTable {
  id: string;
  meter_id: string;
  /** exclude, accept, value, replacement, reset, multiplier: see domain/decision.ts */
  kind: string;
  from_ms: number;
  /** Behind the last instant that it holds for; null: that one instant, or from there on. */
  to_ms: number | null;
  /** Of a value: what the register showed at `from_ms`. */
  register: number | null;
  closing_register: number | null;
  opening_register: number | null;
  multiplier: number | null;
  reason: string;
  /** proposed, approved, rejected, withdrawn, reversed */
  state: string;
  proposed_by: string | null;
  proposed_at: number;
  decided_by: string | null;
  decided_at: number | null;
  decision_note: string | null;
  reversed_by: string | null;
  reversed_at: number | null;
  reversal_note: string | null;
}

/** What somebody read off a meter without telemetry (抄表); in register units. */
export interface ManualReadingTable {
  id: string;
  meter_id: string;
  at: number;
  register: number;
  /** visit, phone, photo */
  source: string;
  note: string | null;
  photo: Uint8Array | null;
  photo_type: string | null;
  entered_by: string | null;
  entered_at: number;
  withdrawn_by: string | null;
  withdrawn_at: number | null;
}

/** What the accounting found in a register's readings that somebody should look at; made anew with the usage. */
export interface UsageFindingTable {
  meter_id: string;
  /** See domain/finding.ts. */
  kind: string;
  from_ms: number;
  to_ms: number;
  /** Canonical units, before the multiplier. */
  register_before: number | null;
  register_after: number | null;
  noted_at: number;
}

/** A sum or difference of meters. */
export interface VirtualMeterTable {
  id: string;
  institution_id: string;
  name: string;
  medium: string;
  created_at: number;
  ended_on: string | null;
}

export interface VirtualMeterTermTable {
  virtual_meter_id: string;
  ordinal: number;
  meter_id: string;
  factor: number;
}

export interface TariffTable {
  id: string;
  name: string;
  medium: string;
  source: string | null;
  created_at: number;
}

/** The prices of a tariff from a day on, JSON (services/cost/tariff.ts). */
export interface TariffVersionTable {
  tariff_id: string;
  valid_from: string;
  prices: string;
}

/** Which tariff an institution ('': the whole city) pays by, from a day on until the next. */
export interface InstitutionTariffTable {
  institution_id: string;
  medium: string;
  valid_from: string;
  tariff_id: string;
}

/** Factors that stand in for those shipped, from a day on; JSON (domain/coefficient.ts). */
export interface CoefficientSetTable {
  valid_from: string;
  id: string;
  source: string;
  factors: string;
  created_at: number;
}

/** The mean outdoor temperature of a day, °C, as imported. */
export interface OutdoorTemperatureTable {
  region_code: string;
  /** Local date, `YYYY-MM-DD`. */
  date: string;
  mean_c: number;
  source: string;
}

/** One row, id 1. */
export interface RegistryStateTable {
  id: number;
  /** Rises with each change of the registry. */
  revision: number;
}

/** A building of an institution. */
export interface BuildingTable {
  id: string;
  institution_id: string;
  name: string;
  /** A–H of 分项能耗数据采集技术导则: domain/building-class.ts. */
  building_class: string | null;
  built_year: number | null;
  /** district (集中供热), own (自备锅炉), electric, none. */
  heating_mode: string | null;
  area_m2: number | null;
  /** The first day on which it is no more, `YYYY-MM-DD`. */
  ended_on: string | null;
  created_at: number;
}

/** A part of a building (or of an institution without one) whose use is of one kind. */
export interface ZoneTable {
  id: string;
  institution_id: string;
  building_id: string | null;
  name: string;
  /** office, residential, server-room, canteen, boiler-room, special */
  kind: string;
  area_m2: number | null;
  ended_on: string | null;
  created_at: number;
}

/** What happened to a meter at an instant. Multipliers and shares are dated rows of their own. */
export interface MeterEventTable {
  id: Generated<number>;
  meter_id: string;
  /** installation, replacement, removal */
  kind: string;
  at: number;
  /** Register units: what the old meter showed last. */
  closing_register: number | null;
  /** Register units: what the new meter showed first. */
  opening_register: number | null;
  note: string | null;
  created_at: number;
  /** JSON: what a replacement changed of modulus, rated maximum, address, certificate and multiplier, as it was before. */
  device_before: Generated<string | null>;
  /** JSON: the same as it was from then on. */
  device_after: Generated<string | null>;
}

/** Topics of other systems that a collector's meters speak on. */
export interface BindingTable {
  id: string;
  /** Null where the topic itself names it (`{collector}`). */
  collector_id: string | null;
  /** domain/topic-pattern.ts */
  topic: string;
  /** One of BINDING_FORMATS in domain/wire-format.ts. */
  format: string;
  /** JSON of domain/field-mapping.ts for the format `mapping`, null for the others. */
  mapping: string | null;
  /** 0: kept, and not used. */
  enabled: number;
  created_at: number;
}

/** Working hours, terms and seasons of an institution from a day on; of all that have none of their own: the id ''. */
export interface CalendarTable {
  institution_id: string;
  valid_from: string;
  /** JSON: services/calendar. */
  settings: string;
}

/** A day that is worked or rested against what is published; of the whole city: the institution id ''. */
export interface CalendarDayTable {
  institution_id: string;
  date: string;
  /** work, rest */
  kind: string;
  name: string;
}

/** A meter that messages name and the registry does not. */
export interface HeardMeterTable {
  collector: string;
  /** By id (`unknown-meter`) or by address (`unknown-address`). */
  named_by: string;
  /** The id, or the normalised address. */
  name: string;
  format: string | null;
  first_at: number;
  last_at: number;
  /** Readings or frames. */
  messages: number;
  /** JSON: the fields of the newest one. */
  last_fields: string;
  /** JSON: other notations of the address, normalised; null where there are none. */
  other_addresses: string | null;
}

/** A user that tried to log in, or in whose name a broker hands on messages, and that the registry does not know. */
export interface HeardCollectorTable {
  name: string;
  first_at: number;
  last_at: number;
  /** Attempts, or messages. */
  times: number;
  client_id: string;
  address: string;
}

/** What a Sparkplug birth certificate said of the aliases, so that data behind it can be read, also after a restart. */
export interface SparkplugBirthTable {
  collector: string;
  /** `group/edge node`. */
  node: string;
  /** '' for the node's own metrics. */
  device: string;
  received_at: number;
  position: number;
  /** JSON. */
  metrics: string;
}

/** How a Sparkplug edge node gets on. */
export interface SparkplugNodeTable {
  collector: string;
  node: string;
  online: number;
  /** Of the newest message, by position. */
  position: number;
  sequence: number | null;
  /** Times that a sequence number was not the one after the last. */
  gaps: number;
  last_gap_at: number | null;
  last_at: number;
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
  /** The first day on which it is no more, `YYYY-MM-DD`. */
  ended_on: Generated<string | null>;
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
  ended_on: Generated<string | null>;
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
  building_id: Generated<string | null>;
  zone_id: Generated<string | null>;
  /** import, export, pv */
  direction: Generated<string>;
  /** Which register of a frame is its total (domain/quantity.ts REGISTER_METRICS, or `forward`); null: forward, else combined. */
  primary_register: Generated<string | null>;
  certificate: Generated<string | null>;
  certificate_expires: Generated<string | null>;
  /** The first day on which it is no more, `YYYY-MM-DD`. */
  ended_on: Generated<string | null>;
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
  /** Tells apart the shares that begin on the same day. */
  ordinal: number;
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
  /** The normalised address that the frame names, where it names one. */
  address: Generated<string | null>;
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
