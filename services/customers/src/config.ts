import { kafkaConfig, postgresConfig } from '@tocsin/kit';

export const customersConfig = { ...kafkaConfig, ...postgresConfig };
