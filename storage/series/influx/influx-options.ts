/** Where an InfluxDB is and how to log in: user and password on 1.x, a token (and bucket) on 2.x and 3. */
export interface InfluxOptions {
  url: string;
  token?: string;
  org?: string;
  /** The bucket, which 2.x and 3 take as the database. */
  bucket?: string;
  username?: string;
  password?: string;
  /** The database of 1.x; made when it is missing and the user may. Default jieneng. */
  database?: string;
  /** Silence on the socket after which a call fails (30,000). */
  timeoutMs?: number;
  /** Epoch milliseconds; numbers the touch log. */
  now?: () => number;
}
