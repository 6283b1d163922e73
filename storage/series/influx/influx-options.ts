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

/** What settings of a connection contradict or lack, a sentence each, whatever server it is to. */
export function influxProblems(
  options: Partial<Pick<InfluxOptions, 'url' | 'token' | 'org' | 'bucket' | 'username' | 'password' | 'database'>>,
): string[] {
  const { url, token, bucket, username, password, database } = options;
  const isSet = Object.values(options).some((value) => value !== undefined);
  const problems: [boolean, string][] = [
    [isSet && url === undefined, 'INFLUX_URL: missing beside the other INFLUX_ settings'],
    [token !== undefined && bucket === undefined && database === undefined, 'INFLUX_TOKEN: needs INFLUX_BUCKET'],
    [token !== undefined && username !== undefined, 'INFLUX_USERNAME: not beside INFLUX_TOKEN'],
    [(username === undefined) !== (password === undefined), 'INFLUX_USERNAME and INFLUX_PASSWORD: both, or neither'],
    [bucket !== undefined && database !== undefined, 'INFLUX_DATABASE: not beside INFLUX_BUCKET'],
  ];
  return problems.filter(([isWrong]) => isWrong).map(([, sentence]) => sentence);
}
