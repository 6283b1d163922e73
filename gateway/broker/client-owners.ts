/** Remembers which MQTT user first used a client id, so that nobody takes over another's session. */
export interface ClientOwners {
  /** True where the client id is free, and from now on `username`'s, or is `username`'s already. */
  claim(clientId: string, username: string): Promise<boolean>;
}
