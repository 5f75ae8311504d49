import { kafkaConfig, postgresConfig } from '@tocsin/kit';

export const ordersConfig = { ...kafkaConfig, ...postgresConfig };
