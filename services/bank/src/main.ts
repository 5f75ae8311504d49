import { runService } from '@tocsin/kit';
import { bankConfig } from './config.ts';
import { bankRoutes } from './http.ts';
import { openLedger } from './ledger.ts';

await runService(
  {
    name: 'bank',
    description: 'The outside party: charges and refunds, with a ledger of its own',
    config: bankConfig,
  },
  ({ config, clock, http, onClose }) => {
    const ledger = openLedger({ clock }, config.SQLITE_PATH);
    onClose('close the ledger', ledger.close);
    http(bankRoutes({ ledger, slowAnswerMs: config.SLOW_ANSWER_MS }));
  },
);
