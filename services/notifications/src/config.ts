import { kafkaConfig, postgresConfig } from '@tocsin/kit';
import { z } from 'zod';

export const notificationsConfig = {
  ...kafkaConfig,
  ...postgresConfig,
  CUSTOMERS_URL: z.url().describe('Where customers are asked for'),
  ORDERS_URL: z.url().describe('Where orders are asked for'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('Mail server, smtp://user:password@host:port; none, messages are only kept'),
  MAIL_FROM: z.email().default('shop@tocsin.example').describe('Sender of the mails'),
};
