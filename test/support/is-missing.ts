/**
 * Whether `npm test` found this server (influxd, mosquitto, chromium) missing, so that what needs it is skipped. Never
 * true with CI=true, where a missing server is a failure, nor where vitest is called directly.
 */
export function isMissing(server: string): boolean {
  return (process.env['MISSING_SERVERS'] ?? '').split(',').includes(server);
}
