import { kafkaConfig, postgresConfig } from '@tocsin/kit';

export const inventoryConfig = { ...kafkaConfig, ...postgresConfig };
