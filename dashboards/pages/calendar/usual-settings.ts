import type { CalendarVersion } from '../../../services/api/schemas/calendar.ts';

/** The settings that hold where nothing was entered for the city: those that the platform begins with. */
export const USUAL_SETTINGS: CalendarVersion = {
  validFrom: '',
  openDays: 'workdays',
  windows: [
    { from: '08:30', to: '12:00' },
    { from: '14:30', to: '17:30' },
  ],
  marginMinutes: 60,
  heatingSeason: { from: '10-15', to: '04-15' },
  coolingSeason: { from: '06-01', to: '08-31' },
  heatingPeriods: [],
  coolingPeriods: [],
  terms: [],
};
