/** What a person may look at. Applied in the query, in one place (services/registry/institutions.ts). */
export type Scope =
  | { kind: 'all' }
  /** The institutions that report to the region or to one below it. */
  | { kind: 'region'; regionCode: string }
  | { kind: 'institution'; institutionId: string };
