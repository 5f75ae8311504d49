import type { Metrics } from '@tocsin/kit';

export interface RegistrationMetrics {
  registered(): void;
}

export function createRegistrationMetrics(metrics: Metrics): RegistrationMetrics {
  const registrations = metrics.counter('business_registration_total', 'Client registration event');
  return { registered: () => registrations.inc() };
}
