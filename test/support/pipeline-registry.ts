import type { NewInstitution } from '../../services/api/schemas/institution.ts';
import type { NewMeter } from '../../services/api/schemas/meter.ts';
import type { ApiClient } from './api-client.ts';

/** Registers an institution of 昆都仑区 through the API; what is not given is an ordinary office's. */
export async function postInstitution(api: ApiClient, id: string, given: Partial<NewInstitution> = {}): Promise<void> {
  const ordinary = { name: id, type: 'agency', regionCode: '150203', areaM2: 5000, headcount: 100 };
  await api.post('/institutions', { id, ...ordinary, ...given });
}

/** Registers a collector through the API; resolves with its token. */
export async function postCollector(api: ApiClient, id: string): Promise<string> {
  const { token } = await api.post<{ token: string }>('/collectors', { id, name: id });
  return token;
}

/** Registers a meter through the API, of electricity where not said otherwise. */
export async function postMeter(
  api: ApiClient,
  meter: Partial<NewMeter> & Pick<NewMeter, 'id' | 'institutionId' | 'collectorId'>,
): Promise<void> {
  await api.post('/meters', { medium: 'electricity', ...meter });
}
