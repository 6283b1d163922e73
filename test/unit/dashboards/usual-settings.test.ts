import { expect, test } from 'vitest';

import { USUAL_SETTINGS } from '../../../dashboards/pages/calendar/usual-settings.ts';
import { DEFAULT_WORK_CALENDAR } from '../../../domain/work-calendar.ts';

test('what the calendar page shows where nothing was entered is what the platform judges by', () => {
  expect(USUAL_SETTINGS).toMatchObject(DEFAULT_WORK_CALENDAR);
});
