import type { Zone } from '../domain/zone.ts';
import type { Job } from '../services/schedule/open-schedule.ts';
import { draftsDue } from '../services/reports/drafts-due.ts';
import type { PipelineControl } from './pipeline.ts';

/** The scheduled work of the services; a job that was missed while the process was down is made good at the start. */
export function createJobs(work: Pick<PipelineControl, 'judgeAll' | 'draftReports'>, zone: Zone): Job[] {
  return [
    {
      name: 'rules',
      cron: '1 * * * *',
      // Rules judge complete hours. One run makes good all hours that were missed.
      occasions: (_fromMs, nowMs) => [`${zone.date(nowMs)} ${zone.local(nowMs).hour}:00`],
      run: () => work.judgeAll(),
    },
    {
      name: 'annual-drafts',
      // Looked for every night, so that a failed 1 January is made good on the 2nd.
      cron: '5 0 * * *',
      occasions: (_fromMs, nowMs) => [String(draftsDue(nowMs, zone))],
      run: () => work.draftReports(),
    },
  ];
}
