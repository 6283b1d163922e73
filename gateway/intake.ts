/** Counters of a way in; they only rise, but for `connections`. */
export interface IntakeStatus {
  connections: number;
  /** Messages that were given to the spool. */
  received: number;
  /** Messages on disk, hence acknowledged. */
  acknowledged: number;
  refusedConnections: number;
}

/** The way messages come in and the platform's own go out: the embedded broker, or a client of an external one. */
export interface Intake {
  status(): IntakeStatus;
  /** Publishes on behalf of the platform, at QoS 1; an empty retained payload clears the topic. */
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** What the collector last said on its status topic, as far as it was heard. */
  statusOf(collector: string): string | undefined;
  /** Takes nothing more. The spool must still be open: what is on its way there is waited for. */
  close(): Promise<void>;
}
