import {
  events,
  orderCancelled,
  orderPlaced,
  orderShipped,
  paymentAuthorized,
  paymentRefunded,
  shipmentDispatched,
  stockReleased,
  stockReserved,
} from '@tocsin/contracts';
import { decode, type ReceivedEvent, type ReceivedRecord } from '@tocsin/kit';

/** A line of the bank's own ledger: whether anybody was charged, and how often, is read here and nowhere else. */
export interface LedgerEntry {
  readonly chargeId: string;
  /** The order, as the Idempotency-Key of the charge. Whoever charges it once more adds to the key. */
  readonly key: string;
  readonly kind: 'charge' | 'refund';
  readonly amountCents: number;
}

/** What was said of one order, and what the bank did for it: counts rather than records, for many are kept at once. */
export interface Story {
  readonly orderId: string;
  /** Undefined as long as nothing but its consequences was read. */
  placedAt?: number;
  totalCents?: number;
  readonly firstSeenAt: number;
  /** When the last of what is known of it has happened. */
  lastSaidAt: number;
  readonly said: Partial<Record<Counted, number>>;
  /** Charges that payments has told to be refunded. */
  readonly refundsTold: string[];
  readonly charges: Charge[];
  /** Of its events: the outbox may publish one twice. */
  readonly seen: (number | string)[];
}

export interface Charge {
  readonly chargeId: string;
  readonly amountCents: number;
  /** Under the order's own key: payments has made it, and tells when it is refunded. */
  readonly own: boolean;
  refunded: boolean;
}

const counted = [
  orderShipped,
  orderCancelled,
  paymentAuthorized,
  shipmentDispatched,
  stockReserved,
  stockReleased,
].map(({ type }) => type);
export type Counted =
  | typeof orderShipped.type
  | typeof orderCancelled.type
  | typeof paymentAuthorized.type
  | typeof shipmentDispatched.type
  | typeof stockReserved.type
  | typeof stockReleased.type;

/** The stories of orders, told by records and ledger entries in any order and more than once. */
export interface Stories {
  add(record: ReceivedRecord): void;
  enter(entry: LedgerEntry): void;
  all(): Iterable<Story>;
  forget(story: Story): void;
  /** Records that could not be read. */
  unreadable(): number;
}

const uuidLength = 36;

export function createStories(): Stories {
  const stories = new Map<string, Story>();
  let unreadable = 0;

  const storyOf = (orderId: string, at: number): Story => {
    const known = stories.get(orderId);
    if (known) return known;
    const story: Story = {
      orderId,
      firstSeenAt: at,
      lastSaidAt: 0,
      said: {},
      refundsTold: [],
      charges: [],
      seen: [],
    };
    stories.set(orderId, story);
    return story;
  };
  return {
    add(record) {
      try {
        const event = decode(events, record);
        if (event && 'orderId' in event.data) tell(event, String(event.data.orderId));
      } catch {
        unreadable += 1;
      }
    },
    enter({ chargeId, key, kind, amountCents }) {
      const story = storyOf(key.slice(0, uuidLength), Date.now());
      const charge = story.charges.find((one) => one.chargeId === chargeId);
      if (kind === 'refund' && charge) charge.refunded = true;
      if (kind === 'charge' && !charge) {
        story.charges.push({ chargeId, amountCents, own: key === story.orderId, refunded: false });
      }
    },
    all: () => stories.values(),
    forget: (story) => void stories.delete(story.orderId),
    unreadable: () => unreadable,
  };

  function tell({ id, type, data, time }: ReceivedEvent<(typeof events)[number]>, orderId: string) {
    const story = storyOf(orderId, time.getTime());
    const short = shortened(id);
    if (story.seen.includes(short)) return;
    story.seen.push(short);
    story.lastSaidAt = Math.max(story.lastSaidAt, time.getTime());
    if (type === orderPlaced.type) {
      story.placedAt = time.getTime();
      story.totalCents = orderPlaced.schema.parse(data).totalCents;
    }
    if (type === paymentRefunded.type) story.refundsTold.push(paymentRefunded.schema.parse(data).chargeId);
    if (isCounted(type)) story.said[type] = (story.said[type] ?? 0) + 1;
  }
}

/** The last twelve digits of a UUID are chance enough within an order, and a number takes an eighth of the room. */
function shortened(id: string): number | string {
  const number = Number.parseInt(id.slice(-12), 16);
  return Number.isNaN(number) ? id : number;
}

const isCounted = (type: string): type is Counted => counted.some((one) => one === type);
