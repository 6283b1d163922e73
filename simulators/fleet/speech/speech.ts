/** A message of a fleet, ready to publish by its collector. */
export interface FleetMessage {
  topic: string;
  payload: string | Buffer;
  /** Readings of a history that it carries. */
  readings: number;
}

/** What a fault of transport does to the order of readings; otherwise they stay as they are. */
export type Order = <T>(items: T[]) => T[];

/** How a meter says what it shows: its wire format, its topics, who passes it on. */
export interface Speech {
  /** The register (or temperature) at each of `times` (ascending), each with its time, in few messages. */
  history(times: readonly number[], order: Order): FleetMessage[];
  /** All that the meter tells at an instant; formats without a time of their own say nothing of it. */
  present(ms: number): FleetMessage[];
}
