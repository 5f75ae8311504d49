import { runService } from '@tocsin/kit';
import { trafficConfig } from './config.ts';
import { trafficRoutes } from './http.ts';
import { createJourneys } from './journeys.ts';
import { createJourneyMetrics } from './metrics.ts';
import { createShop } from './shop.ts';
import { createShopper } from './shopper.ts';
import { createShoppers } from './shoppers.ts';

await runService(
  {
    name: 'traffic',
    description: 'Shoppers who register, order and wait for the end: load, and the view from outside',
    config: trafficConfig,
  },
  (service) => {
    const { config } = service;
    const shop = createShop(service, { customers: config.CUSTOMERS_URL, orders: config.ORDERS_URL });
    const metrics = createJourneyMetrics(service.metrics);
    const journeys = createJourneys();
    const { go, skip } = createShopper(
      { ...service, shop, metrics, journeys },
      {
        mix: {
          returning: config.TRAFFIC_RETURNING_SHARE,
          declined: config.TRAFFIC_DECLINED_SHARE,
          outOfStock: config.TRAFFIC_OUT_OF_STOCK_SHARE,
        },
        giveUpMs: config.TRAFFIC_GIVE_UP_MS,
      },
    );
    const shoppers = createShoppers({
      perSecond: config.TRAFFIC_ORDERS_PER_SECOND,
      maxInFlight: config.TRAFFIC_MAX_IN_FLIGHT,
      go,
      skip,
    });

    service.work({
      name: 'shoppers',
      everyMs: 1000,
      async run(signal) {
        await shoppers.run(signal);
        return false;
      },
    });
    service.http(trafficRoutes({ shoppers, journeys }));
  },
);
